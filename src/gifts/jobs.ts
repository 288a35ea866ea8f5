import type { App } from "../app.ts"
import { noticeFrame } from "../realtime/notice.ts"
import { giftFrame, type SentGift } from "./frame.ts"

/** What follows a gift, once it is committed. */
export const giftHandlers = (app: Pick<App, "realtime">) => ({
  "gift.sent": async (gift: SentGift) => {
    if (gift.roomId !== null) return app.realtime.toRoom(gift.roomId, giftFrame(gift), "money")
    // The gift's frame would appear inside whatever room the receiver is watching.
    const { giver, number, kindName } = gift
    app.realtime.toUser(gift.receiverId, noticeFrame(`${giver.nickName} gave you ${number} x ${kindName}.`))
  },
})
