import { z } from "zod"
import { endOfBan } from "../accounts/wire.ts"
import type { App } from "../app.ts"
import type { HostedRoom } from "../rooms/room.ts"
import { roomRow } from "../rooms/wire.ts"
import { flag, id, oneOf, page, text, whole } from "../wire/fields.ts"
import { createClock } from "../wire/times.ts"
import type { BanEntry, Sentence } from "./ban.ts"

export const CloseChat = z.object({ anchorid: id() })

/** Ten years of seconds. */
const secondsMax = 10 * 365 * 86_400

/** `forbid` is 0 for no ban, 1 for one for good, 2 for one whose end is `forbid_time` seconds later than now or than it was. */
export const ForbidUserPower = z.object({
  oid: id(),
  forbid: oneOf(0, 1, 2),
  forbid_time: whole(1, secondsMax).optional(),
  why: text(0, 500).default(""),
})

export const Bans = z.object({
  ...page,
  oid: id().optional(),
  /** 1 for those alone that count now. */
  standing: flag().default(false),
})
export const Rooms = z.object(page)
export const Stage = z.object({ oid: id(), allowed: flag() })

/** What a call asks for; undefined when a ban for a time has none. */
export function banFrom({ forbid, forbid_time }: z.output<typeof ForbidUserPower>): Sentence["ban"] | undefined {
  if (forbid === 0) return "none"
  if (forbid === 1) return "forever"
  return forbid_time === undefined ? undefined : { seconds: forbid_time }
}

/** What became of it: when the ban ends now. */
export const banOutcome = (until: number) => ({ until: endOfBan(until) })

/** A room on the air as who watches over all sees it; `playUrl` is RTMP. */
export const monitorRow = (app: App) => (hosted: HostedRoom) => {
  const row = roomRow(app, hosted)
  return { userId: hosted.room.ownerId, playUrl: row.live_url, ...row }
}

/** The same with what it has come to; `mtype` is 0 for a room and 1 for a conference, as in `chat_info`. */
export const roomNowRow = (app: App) => (hosted: HostedRoom) => {
  const { kind, rice, line, streaming } = hosted.room
  return { ...roomRow(app, hosted), mtype: kind === "live" ? 0 : 1, rice: String(rice), line, streaming }
}

/** A ban; `until` as {@link endOfBan} has it. */
export function banRow(app: Pick<App, "config" | "now">) {
  const clock = createClock(app.config)
  return ({ ban, nickName }: BanEntry) => ({
    id: String(ban.id),
    uid: String(ban.userId),
    nick_name: nickName,
    until: endOfBan(ban.until),
    standing: ban.liftedAt === null && ban.until > app.now(),
    why: ban.why,
    placed_by: ban.placedBy,
    create_time: clock.plain(ban.placedAt),
    lifted_by: ban.liftedBy ?? "",
    lift_time: ban.liftedAt === null ? "" : clock.plain(ban.liftedAt),
  })
}
