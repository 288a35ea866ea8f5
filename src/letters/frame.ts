import type { Frame } from "../realtime/bus.ts"
import { noticeFrame } from "../realtime/notice.ts"

/** How many letters a person has not read, for sockets that know our frames. */
export const unreadFrame = (unread: number): Frame => ({ mtype: 1019, unread })

/** The same in words, for all others. */
export const unreadNotice = (unread: number): Frame =>
  noticeFrame(unread === 1 ? "You have 1 unread letter." : `You have ${unread} unread letters.`)
