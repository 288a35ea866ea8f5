import { z } from "zod"
import { levelOf } from "../accounts/level.ts"
import type { App } from "../app.ts"
import { id, page, text } from "../wire/fields.ts"
import type { Blocked } from "./blocked.ts"
import type { Fan, Followed } from "./list.ts"

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
