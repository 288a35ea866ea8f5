import { levelOf } from "../accounts/level.ts"
import type { User } from "../accounts/user.ts"
import type { Frame } from "../realtime/bus.ts"
import { mtype } from "../rooms/frames.ts"

/** A gift as its committed write promised to announce it. */
export interface SentGift {
  id: number
  /** Null when the receiver was not live: then the receiver alone is told, in words. */
  roomId: number | null
  giver: Pick<User, "id" | "nickName" | "image" | "userExp">
  receiverId: number
  kindId: number
  kindName: string
  number: number
  combo: number
  /** All rice the receiver has ever earned, this gift's included. */
  hostRice: number
  /** The rice earned in the room so far, this gift's included; null when the receiver was not live. */
  roomRice: number | null
}

/** What a room sees of a gift to its host; `id` is the gift's, by which a frame that comes twice is known. */
export const giftFrame = ({ id, giver, receiverId, kindId, kindName, number, combo, ...rice }: SentGift): Frame => ({
  mtype: mtype.gift,
  id,
  uid: giver.id,
  nick_name: giver.nickName,
  image: giver.image,
  user_level: levelOf(giver.userExp),
  gift_id: kindId,
  gift_name: kindName,
  num: number,
  combo,
  rev_uid: receiverId,
  rice: rice.hostRice,
  room_rice: rice.roomRice,
})
