import { z } from "zod"
import { levelOf } from "../accounts/level.ts"
import type { User } from "../accounts/user.ts"
import type { App } from "../app.ts"
import { lines } from "../providers/media/index.ts"
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
export const FocusLiveList = z.object(page)
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

/** A message from a socket as JSON, or undefined when it is none. */
export function readJson(message: string): unknown {
  try {
    return JSON.parse(message)
  } catch {
    return undefined
  }
}

/** A message that the rooms understand, or undefined. */
export const readFrame = (value: unknown): z.output<typeof Incoming> | undefined => Incoming.safeParse(value).data

/** A message's number; whatever has none is no message. */
export const numberOf = (value: unknown): unknown => (value as { mtype?: unknown } | null)?.mtype

/** The picture that stands for a room. */
const coverOf = ({ room, owner }: HostedRoom) => (room.itype === 1 ? owner.cover : owner.image)

const addressesOf = (app: App, { room, recording }: HostedRoom) => {
  if (room.state === "live") {
    const { rtmp, flv, hls } = app.media.on(room.line).playAddresses(room.id)
    return { live_url: rtmp, flv_url: flv, hls_url: hls }
  }
  const replay = recording ? (app.media.named(recording.provider)?.replayAddress(recording) ?? "") : ""
  return { live_url: replay, flv_url: "", hls_url: replay }
}

/** Who is there now; of a room that is over, everybody who ever was, its playback's viewers included. */
const attendanceOf = (app: App, { id, state, viewers, laterViewers }: Room) =>
  state === "live" ? app.realtime.count(id) : viewers + laterViewers

/** A room as every list shows it: the union of the documented lists' keys. */
export const roomRow = (app: App, hosted: HostedRoom) => {
  const { room, owner } = hosted
  const present = String(attendanceOf(app, room))
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
    ...addressesOf(app, hosted),
  }
}

export const roomInfo = (app: App, hosted: HostedRoom) => {
  const { room } = hosted
  const { live_url, ...others } = addressesOf(app, hosted)
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
      focus: attendance.followed ? 1 : 0,
    },
  }
}
