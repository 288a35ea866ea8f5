import { sql } from "drizzle-orm"
import { users } from "../accounts/tables.ts"
import { bool, check, id, index, int, table, text, uniqueIndex } from "../db/kit.ts"

/** The phone that a user's withdrawals are confirmed by. */
export const cashPhones = table(
  "cash_phones",
  {
    id: id(),
    userId: int()
      .notNull()
      .references(() => users.id),
    tel: text().notNull(),
    boundAt: int().notNull(),
  },
  (t) => [uniqueIndex("cash_phones_user").on(t.userId), uniqueIndex("cash_phones_tel").on(t.tel)],
)

/** Where a user's money goes. Number and holder are encrypted; the tail is for people to know the card by. */
export const cards = table(
  "cards",
  {
    id: id(),
    userId: int()
      .notNull()
      .references(() => users.id),
    bank: text().notNull(),
    sealedHolder: text().notNull(),
    sealedNumber: text().notNull(),
    /** A keyed hash of the number: a card belongs to one user. */
    fingerprint: text().notNull(),
    tail: text().notNull(),
    addedAt: int().notNull(),
  },
  (t) => [uniqueIndex("cards_user").on(t.userId), uniqueIndex("cards_fingerprint").on(t.fingerprint)],
)

/** What the mall gives for rice. */
export const items = table(
  "items",
  {
    id: id(),
    name: text().notNull(),
    /** Its price in rice. */
    moon: int().notNull(),
    icon: text().notNull(),
    stock: int().notNull(),
    onSale: bool().notNull().default(true),
  },
  () => [check("items_positive", sql`moon > 0 and stock >= 0`)],
)

export type WithdrawalState = "pending" | "paid" | "rejected"

/** Rice on its way out, as money to a card or as goods. */
export const withdrawals = table(
  "withdrawals",
  {
    id: id(),
    userId: int()
      .notNull()
      .references(() => users.id),
    kind: text().$type<"cash" | "item">().notNull(),
    state: text().$type<WithdrawalState>().notNull(),
    rice: int().notNull(),
    /** Yuan asked for, and fen of it that are kept as the fee; 0 for goods. */
    yuan: int().notNull().default(0),
    feeFen: int().notNull().default(0),
    feeRice: int().notNull().default(0),
    /** The card as it was when asked for; empty for goods. */
    bank: text().notNull().default(""),
    sealedHolder: text().notNull().default(""),
    sealedNumber: text().notNull().default(""),
    tail: text().notNull().default(""),
    itemId: int().references(() => items.id),
    sealedAddress: text().notNull().default(""),
    /** 0 Android, 1 iOS. */
    platform: int().notNull().default(0),
    /**
     * The day it was asked for, in days since 1970 in the server's zone: the day's limit goes by it. When it was decided is
     * told by `finishedAt` alone.
     */
    day: int().notNull(),
    createdAt: int().notNull(),
    finishedAt: int(),
    /** Who approved first where two must. */
    firstApprover: text(),
    decidedBy: text(),
    why: text().notNull().default(""),
  },
  (t) => [
    index("withdrawals_user").on(t.userId, t.id),
    index("withdrawals_state").on(t.state, t.id),
    index("withdrawals_day").on(t.userId, t.day),
  ],
)

export type Withdrawal = typeof withdrawals.$inferSelect
