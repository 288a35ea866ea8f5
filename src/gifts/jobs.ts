import type { App } from "../app.ts"
import { giftFrame, type SentGift } from "./frame.ts"

/** What follows a gift, once it is committed. */
export const giftHandlers = (app: Pick<App, "realtime">) => ({
  "gift.sent": async (gift: SentGift) => {
    if (gift.roomId === null) app.realtime.toUser(gift.receiverId, giftFrame(gift))
    else app.realtime.toRoom(gift.roomId, giftFrame(gift), "money")
  },
})
