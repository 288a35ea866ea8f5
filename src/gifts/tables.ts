import { sql } from "drizzle-orm"
import { users } from "../accounts/tables.ts"
import { bool, check, id, index, int, standingId, table, text, uniqueIndex } from "../db/kit.ts"
import { rooms } from "../rooms/tables.ts"

/** What can be given. */
export const giftKinds = table(
  "gift_kinds",
  {
    id: id(),
    name: text().notNull(),
    /** In diamonds. */
    price: int().notNull(),
    icon: text().notNull(),
    /** The picture of its effect; empty for none. */
    pic: text().notNull(),
    /** 1 for a gift that apps show apart. */
    special: int().notNull().default(0),
    /** 0 popular, 1 luxury, 2 games, 3 luxury of games. */
    category: int().notNull(),
    onSale: bool().notNull().default(true),
  },
  () => [check("gift_kinds_price", sql`price > 0`)],
)

/** Every gift given; but for what is taken back of it, a row never changes. */
export const gifts = table(
  "gifts",
  {
    id: standingId(),
    giverId: int()
      .notNull()
      .references(() => users.id),
    receiverId: int()
      .notNull()
      .references(() => users.id),
    kindId: int()
      .notNull()
      .references(() => giftKinds.id),
    number: int().notNull(),
    /** What it cost, and how much of that was bought diamonds. */
    diamonds: int().notNull(),
    bought: int().notNull(),
    /** What it earned the receiver, and how much of that can be withdrawn some day. */
    rice: int().notNull(),
    boughtRice: int().notNull(),
    /** Bought diamonds of it that a refund took back, with the rice they had made. */
    takenBack: int().notNull().default(0),
    /** How many of its kind in a row, this one included. */
    combo: int().notNull(),
    /** The receiver's room at that moment; null when the receiver was not live. */
    roomId: int().references(() => rooms.id),
    createdAt: int().notNull(),
    /** The day its rice was earned on, as it was in the server's zone at that moment. */
    earnedDay: int().notNull(),
  },
  (t) => [index("gifts_giver").on(t.giverId, t.id)],
)

/** Running totals for the boards: what one person gave another, and the combo that may go on. */
export const giftPairs = table(
  "gift_pairs",
  {
    id: standingId(),
    giverId: int()
      .notNull()
      .references(() => users.id),
    receiverId: int()
      .notNull()
      .references(() => users.id),
    diamonds: int().notNull(),
    /** What was given last, how many of it in a row, and when. */
    comboKindId: int().notNull().default(0),
    combo: int().notNull().default(0),
    comboAt: int().notNull().default(0),
  },
  (t) => [
    uniqueIndex("gift_pairs_both").on(t.giverId, t.receiverId),
    index("gift_pairs_given").on(t.giverId, t.diamonds, t.id),
    index("gift_pairs_received").on(t.receiverId, t.diamonds, t.id),
  ],
)
