import { levelOf } from "../accounts/level.ts"
import type { User } from "../accounts/user.ts"
import type { Frame } from "../realtime/bus.ts"
import type { Totals } from "./room.ts"

/** What the socket protocol calls the frames that rooms send; the numbers are the contract's, from 1000 on ours. */
export const mtype = {
  ping: 0,
  chat: 1,
  gift: 2,
  star: 3,
  closed: 5,
  violation: 7,
  gagged: 8,
  gagCancelled: 9,
  hostLeft: 10,
  hostEntered: 11,
  entered: 18,
  left: 1012,
  audience: 1013,
  snapshot: 1020,
} as const

type Speaker = Pick<User, "id" | "nickName" | "image" | "userExp" | "anchorExp">

export const chatFrame = (speaker: Speaker, msg: string): Frame => ({
  mtype: mtype.chat,
  msg,
  uid: speaker.id,
  nick_name: speaker.nickName,
  image: speaker.image,
  user_level: levelOf(speaker.userExp),
  anchor_level: levelOf(speaker.anchorExp),
})

/** Stars of a moment, merged; `uid` gave the last of them. */
export const starFrame = (uid: number, count: number): Frame => ({ mtype: mtype.star, uid, count })

export const closedFrame = ({ seconds, viewers, rice }: Totals): Frame => ({
  mtype: mtype.closed,
  time: seconds,
  count: String(viewers),
  rice: String(rice),
})

export const pingFrame = (): Frame => ({ mtype: mtype.ping })
export const gagFrame = (): Frame => ({ mtype: mtype.gagged })
export const cancelGagFrame = (): Frame => ({ mtype: mtype.gagCancelled })
export const hostLeftFrame = (): Frame => ({ mtype: mtype.hostLeft })
export const hostEnteredFrame = (): Frame => ({ mtype: mtype.hostEntered })

type Visitor = { userId: number; nickName: string }

export const enteredFrame = ({ userId, nickName }: Visitor): Frame => ({
  mtype: mtype.entered,
  uid: userId,
  nick_name: nickName,
})

export const leftFrame = ({ userId, nickName }: Visitor): Frame => ({
  mtype: mtype.left,
  uid: userId,
  nick_name: nickName,
})

export const audienceFrame = (count: number): Frame => ({ mtype: mtype.audience, count })

/** What is known of a room before the socket opens. */
export interface Welcome extends Record<string, unknown> {
  room: number
  owner: number
  rice: number
  gagged: boolean
}

type Position = { epoch: string; seq: number; recovered: boolean; count: number }

export const snapshotFrame = (welcome: Record<string, unknown>, at: Position): Frame => ({
  mtype: mtype.snapshot,
  ...welcome,
  ...at,
})
