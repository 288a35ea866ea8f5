import { z } from "zod"
import { levelOf } from "../accounts/level.ts"
import type { User } from "../accounts/user.ts"
import type { App } from "../app.ts"
import { lines } from "../providers/media/index.ts"
import type { RtcPass } from "../providers/rtc/index.ts"
import type { HostedRoom } from "../rooms/room.ts"
import { roomRow, roomTotals } from "../rooms/wire.ts"
import { flag, id, name, oneOf, text } from "../wire/fields.ts"
import { mtype } from "./frames.ts"
import type { Guest } from "./stage.ts"
import { stateOf } from "./state.ts"

const title = { rid: id(), room_name: name(0, 40).optional(), location: text(0, 80).optional() }

export const Confirm = z.object(title)
export const ReadyRoom = z.object({ ...title, save: flag().optional() })
export const GenLiveAddr = z.object({ rid: id(), line: oneOf(...lines).optional() })
export const GetRoom = z.object({ rid: id() })
export const GenToken = z.object({ rid: id().optional() })
export const Invite = z.object({ oid: id(), rid: id() })
/** `oid` is ours: a guest whom the host throws out. */
export const Exit = z.object({ oid: id().optional() })
export const DeleteMultiple = z.object({ rid: id() })

/** The longest signal as JSON, in characters. */
const signalMax = 12 * 1_024

const Incoming = z.discriminatedUnion("mtype", [
  z.object({ mtype: z.literal(mtype.invitation), anchor_uid: id(), is_agree: oneOf(0, 1) }),
  z.object({ mtype: z.literal(mtype.signal), to: id(), data: z.unknown().refine(isSignal) }),
])

function isSignal(data: unknown): boolean {
  return data !== undefined && data !== null && JSON.stringify(data).length <= signalMax
}

/** A socket's message about a conference, or undefined for one that is malformed. */
export const readConferenceFrame = (message: unknown): z.output<typeof Incoming> | undefined =>
  Incoming.safeParse(message).data

/** A token and what an app does with it: all but `token` is ours. */
export const passKeys = (app: App, { token, room, user, url, iceServers }: RtcPass) => ({
  token,
  rtc: app.rtc.name,
  room_name: room,
  user_id: user,
  rtc_url: url,
  ice_servers: iceServers,
})

export const conferenceInfo = (app: App, hosted: HostedRoom) => ({
  ...roomRow(app, hosted),
  rid: String(hosted.room.id),
  state: stateOf(hosted.room),
})

export const conferenceTotals = roomTotals

/** `state` is `host`, `on_stage`, or `asked`. */
const member = (user: User, state: string) => ({
  id: String(user.id),
  uid: String(user.id),
  nick_name: user.nickName,
  image: user.image,
  sex: String(user.sex),
  user_level: levelOf(user.userExp),
  anchor_level: levelOf(user.anchorExp),
  state,
})

export const members = ({ owner }: HostedRoom, guests: Guest[]) => [
  member(owner, "host"),
  ...guests.map(({ user, state }) => member(user, state === "agreed" ? "on_stage" : state)),
]
