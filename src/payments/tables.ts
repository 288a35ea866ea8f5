import { isNotNull, sql } from "drizzle-orm"
import { users } from "../accounts/tables.ts"
import { bool, check, id, index, int, table, text, uniqueIndex } from "../db/kit.ts"

export type Platform = "android" | "ios"
export type PayProviderName = "weixin" | "apple" | "google"

/**
 * `created` waits for its payment; `paid` has it but could not be credited, so an operator must look; `credited` is done;
 * `refunded` was credited and taken back; `failed` will never be paid.
 */
export type OrderState = "created" | "paid" | "credited" | "refunded" | "failed"

/** What can be bought. */
export const packs = table(
  "packs",
  {
    id: id(),
    platform: text().$type<Platform>().notNull(),
    /** The stores' name of it. */
    itemId: text().notNull(),
    describe: text().notNull(),
    /** Yuan. */
    money: int().notNull(),
    diamonds: int().notNull(),
    onSale: bool().notNull().default(true),
  },
  (t) => [uniqueIndex("packs_item").on(t.platform, t.itemId), check("packs_positive", sql`money > 0 and diamonds > 0`)],
)

/** The picture above the packs. */
export const packAds = table("pack_ads", {
  id: id(),
  platform: text().$type<Platform>().notNull(),
  image: text().notNull(),
})

/** Purchases, from the wish to the credit. */
export const orders = table(
  "orders",
  {
    id: id(),
    /** What the providers know it by: 32 hex digits. */
    number: text().notNull(),
    userId: int()
      .notNull()
      .references(() => users.id),
    provider: text().$type<PayProviderName>().notNull(),
    state: text().$type<OrderState>().notNull(),
    /** The pack as it was when it was ordered. */
    itemId: text().notNull(),
    quantity: int().notNull().default(1),
    fen: int().notNull(),
    diamonds: int().notNull(),
    /** Paid with play money, or with nothing: its diamonds are bonus diamonds. */
    sandbox: bool().notNull().default(false),
    /** The provider's number of the payment, once for ever. */
    transactionId: text(),
    /** What a store wants to hear when asked about the purchase; empty where the number is enough. */
    token: text().notNull().default(""),
    /** How often it was refunded: a store may take a refund back. */
    refunds: int().notNull().default(0),
    /** When the store last told of a refund or of its end, by its own clock: older news is no news. */
    saidAt: int().notNull().default(0),
    /** Why it is `paid` or `failed`, for the operator. */
    note: text().notNull().default(""),
    createdAt: int().notNull(),
    settledAt: int(),
    refundedAt: int(),
    /** When the provider is asked about it next; null for never. */
    checkAt: int(),
    checks: int().notNull().default(0),
  },
  (t) => [
    uniqueIndex("orders_number").on(t.number),
    uniqueIndex("orders_transaction").on(t.provider, t.transactionId),
    index("orders_user").on(t.userId, t.id),
    index("orders_state").on(t.state, t.id),
    index("orders_check").on(t.checkAt).where(isNotNull(t.checkAt)),
  ],
)

/** Purchases that were taken back, or given again, before anybody had brought them here. */
export const earlyRefunds = table(
  "early_refunds",
  {
    id: id(),
    provider: text().$type<PayProviderName>().notNull(),
    transactionId: text().notNull(),
    refunded: bool().notNull(),
    /** When the store said so, in milliseconds by its own clock. */
    saidAt: int().notNull(),
  },
  (t) => [uniqueIndex("early_refunds_transaction").on(t.provider, t.transactionId)],
)

/** Stores' notices that were dealt with, so that a repeated one is not. */
export const storeNotices = table(
  "store_notices",
  {
    id: id(),
    provider: text().$type<PayProviderName>().notNull(),
    noticeId: text().notNull(),
    receivedAt: int().notNull(),
  },
  (t) => [uniqueIndex("store_notices_id").on(t.provider, t.noticeId), index("store_notices_age").on(t.receivedAt)],
)
