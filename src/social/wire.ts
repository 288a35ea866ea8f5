import { z } from "zod"
import { levelOf } from "../accounts/level.ts"
import type { App } from "../app.ts"
import { id, page, text } from "../wire/fields.ts"
import { createClock } from "../wire/times.ts"
import type { Blocked } from "./blocked.ts"
import type { Fan, Followed } from "./list.ts"
import type { Report as Kept, ReportEntry } from "./settlement.ts"

export const FocusOther = z.object({ oid: id() })
export const CancelFocus = z.object({ oid: id() })
export const SearchFocus = z.object({ oid: id() })
export const FocusList = z.object(page)
export const FansList = z.object(page)
export const AddBlack = z.object({ blackid: id() })
export const DelBlack = z.object({ blackid: id() })
export const BlackList = z.object(page)
/** `uid` is who reports, and need not be told beside a token. */
export const Report = z.object({ uid: id().optional(), oid: id(), desc: text(1, 500) })

export const Reports = z.object({
  ...page,
  /** Those about one person, settled or not. */
  oid: id().optional(),
  state: z.enum(["open", "settled"], { error: "must be open or settled" }).optional(),
})
export const Settle = z.object({ id: id(), outcome: text(1, 500) })

const personKeys = ({ person }: Pick<Fan, "person">) => ({
  uid: String(person.id),
  nick_name: person.nickName,
  image: person.image,
  sex: String(person.sex),
  signature: person.signature,
  user_level: levelOf(person.userExp),
  anchor_level: levelOf(person.anchorExp),
})

/**
 * Somebody whom the caller follows. While that person is live, `live` is the stream's address (RTMP), `room_id` the room and
 * `cover` its picture; otherwise they are "", 0 and "".
 */
export const focusRow = (app: App) => (followed: Followed) => {
  const { id, person, room } = followed
  return {
    id: String(id),
    ...personKeys(followed),
    live: room ? app.media.on(room.line).playAddresses(room.id).rtmp : "",
    room_id: room?.id ?? 0,
    cover: room ? (room.itype === 1 ? person.cover : person.image) : "",
    statue: room ? "1" : "0",
  }
}

/** Somebody who follows the caller: `relation` is "1" when the caller follows back, `statue` "1" while that fan is live. */
export const fanRow = (fan: Fan) => ({
  id: String(fan.id),
  ...personKeys(fan),
  relation: fan.backId === null ? "0" : "1",
  statue: fan.room ? "1" : "0",
})

/** Somebody on the caller's black list. */
export const blackRow = ({ id, person }: Blocked) => ({
  id: String(id),
  uid: String(person.id),
  nick_name: person.nickName,
  image: person.image,
  location: person.location,
  signature: person.signature,
  level: String(levelOf(person.userExp)),
  user_level: levelOf(person.userExp),
  anchor_level: levelOf(person.anchorExp),
})

/** What came of a report; empty while it waits. */
export function reportOutcome(app: Pick<App, "config">) {
  const clock = createClock(app.config)
  return ({ id, settledAt, settledBy, outcome }: Kept) => ({
    id: String(id),
    settle_time: settledAt === null ? "" : clock.plain(settledAt),
    settled_by: settledBy ?? "",
    outcome,
  })
}

/** A report as an operator reads it; `verified` is false when anybody may have put the reporter's number there. */
export function reportRow(app: Pick<App, "config">) {
  const clock = createClock(app.config)
  const outcomeOf = reportOutcome(app)
  return ({ report, reporter, reported }: ReportEntry) => ({
    ...outcomeOf(report),
    uid: String(report.reporterId),
    nick_name: reporter,
    verified: report.verified,
    oid: String(report.reportedId),
    reported_name: reported,
    desc: report.text,
    ip: report.ip,
    create_time: clock.plain(report.createdAt),
  })
}
