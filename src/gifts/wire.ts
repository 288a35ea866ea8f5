import { z } from "zod"
import { levelOf } from "../accounts/level.ts"
import { address, flag, id, name, oneOf, page, whole } from "../wire/fields.ts"
import type { GiftKind } from "./kind.ts"
import type { Standing } from "./rank.ts"

const number = whole(1, 9_999)

/** The two calls that give a gift differ in names only. */
export const SendGift = z.object({ giftid: id(), num: number, revid: id() })
export const TipGift = z.object({ gift_id: id(), num: number, revid: id() })
/** A page of one person's board; `oid` asks for another's than the caller's. */
export const Board = z.object({ ...page, oid: id().optional() })
/** A page of the biggest givers of all. */
export const AllRank = z.object(page)

const kindKeys = {
  name: name(1, 40),
  /** In diamonds. */
  price: whole(1, 10_000_000),
  icon: address(),
  pic: address(),
  special: oneOf(0, 1),
  category: oneOf(0, 1, 2, 3),
  on_sale: flag(),
}

export const GiftKinds = z.object(page)
export const AddGift = z.object({
  ...kindKeys,
  icon: kindKeys.icon.default(""),
  pic: kindKeys.pic.default(""),
  special: kindKeys.special.default(0),
  on_sale: kindKeys.on_sale.default(true),
})
export const ChangeGift = z.object({ id: id(), ...z.object(kindKeys).partial().shape })

/** A gift as the operator keeps it. */
export const kindRow = (kind: GiftKind) => ({
  id: String(kind.id),
  name: kind.name,
  price: kind.price,
  icon: kind.icon,
  pic: kind.pic,
  special: kind.special,
  category: kind.category,
  on_sale: kind.onSale,
})

/** A gift that can be given; `Price` is in diamonds. */
export const giftRow = (kind: GiftKind) => ({
  GiftId: kind.id,
  Price: kind.price,
  Name: kind.name,
  Icon: kind.icon,
  type: kind.special,
  Pic: kind.pic,
  Category: kind.category,
})

/** A line of a board, whose person stands under the key that the call gives it; `count` is in diamonds. */
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
