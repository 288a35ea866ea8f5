import { z } from "zod"
import { levelOf } from "../accounts/level.ts"
import { id, page, whole } from "../wire/fields.ts"
import type { GiftKind } from "./kind.ts"
import type { Standing } from "./rank.ts"

const number = whole(1, 9_999)

export const SendGift = z.object({ giftid: id(), num: number, revid: id() })
export const TipGift = z.object({ gift_id: id(), num: number, revid: id() })
/** `oid` asks for another person's board. */
export const Board = z.object({ ...page, oid: id().optional() })
export const AllRank = z.object(page)

export const giftRow = (kind: GiftKind) => ({
  GiftId: kind.id,
  Price: kind.price,
  Name: kind.name,
  Icon: kind.icon,
  type: kind.special,
  Pic: kind.pic,
  Category: kind.category,
})

/** A line of a board, whose person stands under the key that the call gives it. */
export const rankRow =
  (key: "send_user" | "rev_user") =>
  ({ id: row, diamonds, person }: Standing) => ({
    id: String(row),
    count: String(diamonds),
    image: person.image,
    level: String(levelOf(person.userExp)),
    user_level: levelOf(person.userExp),
    anchor_level: levelOf(person.anchorExp),
    nick_name: person.nickName,
    [key]: String(person.id),
  })
