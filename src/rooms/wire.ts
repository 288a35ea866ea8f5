import { z } from "zod"
import { levelOf } from "../accounts/level.ts"
import type { User } from "../accounts/user.ts"
import type { App } from "../app.ts"
import { lines } from "../providers/media/index.ts"
import type { Reason } from "../refusal.ts"
import { flag, id, name, oneOf, page, text, whole } from "../wire/fields.ts"
import { createClock, neverRfc3339, unixSeconds } from "../wire/times.ts"
import { personObject } from "../wire/user.ts"
import type { Attendance } from "./audience.ts"
import { mtype } from "./frames.ts"
import type { HostedRoom, Room, Totals } from "./room.ts"

const line = oneOf(...lines)

export const LiveCreate = z.object({ line: line.default(1) })

export const CreateRoom = z.object({
  room_name: name(0, 40).default(""),
  location: text(0, 80).optional(),
  itype: oneOf(1, 2).default(2),
  save: flag().default(false),
  game_type: oneOf(0, 1).default(0),
  /** Seconds between two messages of one viewer. */
  slow: whole(0, 600).default(0),
})

export const CloseRoom = z.object({ roomid: id() })
export const PullAddr = z.object({ rid: id(), line: line.optional() })
export const ListRoom = z.object(page)
export const RoomInfo = z.object({ rid: id() })
export const CheckChannel = z.object({ num: whole(0, Number.MAX_SAFE_INTEGER) })
export const ChatInfo = z.object({ rid: id(), ...page })
export const Gag = z.object({ oid: id() })

export const Channel = z.object({
  id: whole(0, Number.MAX_SAFE_INTEGER),
  ext: flag().default(false),
  since: whole(0, Number.MAX_SAFE_INTEGER).optional(),
  epoch: text(0, 64).optional(),
})

const Incoming = z.discriminatedUnion("mtype", [
  z.object({ mtype: z.literal(mtype.ping) }),
  z.object({ mtype: z.literal(mtype.chat), msg: text(1, 200) }),
  z.object({ mtype: z.literal(mtype.star) }),
])

/** A message from a socket, or why it cannot be understood. */
export function readFrame(message: string): z.output<typeof Incoming> | Reason {
  let value: unknown
  try {
    value = JSON.parse(message)
  } catch {
    return "input.not_json"
  }
  const read = Incoming.safeParse(value)
  return read.success ? read.data : "input.invalid"
}

/** The picture that stands for a room. */
const coverOf = ({ room, owner }: HostedRoom) => (room.itype === 1 ? owner.cover : owner.image)

const addressesOf = (app: App, { id, state }: Room) => {
  if (state !== "live") return { live_url: "", flv_url: "", hls_url: "" }
  const { rtmp, flv, hls } = app.media.playAddresses(id)
  return { live_url: rtmp, flv_url: flv, hls_url: hls }
}

/** A room as every list shows it: the union of the documented lists' keys. */
export const roomRow = (app: App, hosted: HostedRoom) => {
  const { room, owner } = hosted
  const present = String(room.state === "live" ? app.realtime.count(room.id) : room.viewers)
  const statue = room.state === "live" ? "1" : "0"
  return {
    id: String(room.id),
    room_id: String(room.id),
    room_name: room.name,
    owner_id: String(room.ownerId),
    nick_name: owner.nickName,
    sex: String(owner.sex),
    image: owner.image,
    user_level: levelOf(owner.userExp),
    anchor_level: levelOf(owner.anchorExp),
    cover: coverOf(hosted),
    itype: String(room.itype),
    location: room.location,
    statue,
    status: statue,
    create_time: String(unixSeconds(room.startedAt ?? 0)),
    count: present,
    viewer: present,
    ...addressesOf(app, room),
  }
}

export const roomInfo = (app: App, hosted: HostedRoom) => {
  const { room } = hosted
  const { live_url, ...others } = addressesOf(app, room)
  const clock = createClock(app.config)
  return {
    RoomId: room.id,
    RoomName: room.name,
    OwnerId: room.ownerId,
    CreateTime: clock.rfc3339(room.startedAt ?? 0),
    FinishTime: room.finishedAt === null ? neverRfc3339 : clock.rfc3339(room.finishedAt),
    Location: room.location,
    Cover: coverOf(hosted),
    Statue: room.state === "live" ? 1 : 0,
    LiveUrl: live_url,
    ...others,
  }
}

export const roomTotals = ({ seconds, viewers, rice }: Totals) => ({
  time: seconds,
  count: String(viewers),
  rice: String(rice),
})

const audienceRow = (user: User) => ({ id: String(user.id), ...personObject(user) })

export const audienceInfo = ({ room, people }: Attendance) => ({ rice: room.rice, info: people.map(audienceRow) })

export const chatInfo = (attendance: Attendance) => {
  const { room, owner, count, people } = attendance
  return {
    count,
    info: people.map(audienceRow),
    owner: personObject(owner),
    room: {
      Rid: room.id,
      Name: room.name,
      Begintime: unixSeconds(room.startedAt ?? 0),
      Uid: room.ownerId,
      Image: coverOf(attendance),
      Mtype: room.kind === "live" ? 0 : 1,
      rice: room.rice,
      focus: 0,
    },
  }
}
