import type { App } from "../app.ts"
import { unreadFrame, unreadNotice } from "./frame.ts"
import { unreadOf } from "./unread.ts"

/** What follows a letter, once it is committed: its receiver hears how many there are to read by now. */
export const letterHandlers = ({ db, realtime }: Pick<App, "db" | "realtime">) => ({
  "letter.sent": async ({ receiverId }: { receiverId: number }) => {
    const unread = await unreadOf(db.read, receiverId)
    if (unread > 0) realtime.toUser(receiverId, unreadFrame(unread), unreadNotice(unread))
  },
})
