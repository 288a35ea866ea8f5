import type { Placeholder } from "drizzle-orm"
import { asc, eq, inArray } from "drizzle-orm"
import { held, holdsRows } from "../db/lock.ts"
import { type Db, query } from "../db/query.ts"
import { wallets } from "./tables.ts"

/** What a user has. */
export type Wallet = Omit<typeof wallets.$inferSelect, "id">

const byUser = query<{ userId: number }>()((db, $) =>
  db.select().from(wallets).where(eq(wallets.userId, $.userId)).prepare(),
)

/** A user's wallet; an empty one for who never had anything. */
export async function walletOf(db: Db, userId: number): Promise<Wallet> {
  const [wallet] = await byUser(db, { userId })
  return wallet ?? emptyWallet(userId)
}

const emptyWallet = (userId: number): Wallet => ({
  userId,
  diamond: 0,
  diamondBonus: 0,
  rice: 0,
  riceBonus: 0,
  score: 0,
  debt: 0,
})

const holdTwo = query<{ one: number; other: number }>()((db, $) =>
  held(
    db
      .select()
      .from(wallets)
      .where(inArray(wallets.userId, [$.one, $.other] as Placeholder<string, number>[]))
      .orderBy(asc(wallets.userId)),
  ).prepare(),
)

/**
 * Holds one or two wallets until the write ends and answers the first one. Two people who give each other gifts at once
 * would otherwise wait for each other: the rows are held in the order of their users.
 */
export async function holdWallets(tx: Db, userId: number, otherId = userId): Promise<Wallet> {
  if (!holdsRows) return walletOf(tx, userId)
  const found = await holdTwo(tx, { one: userId, other: otherId })
  return found.find((wallet) => wallet.userId === userId) ?? emptyWallet(userId)
}

/** Diamonds to spend, whatever their origin. */
export const diamondsOf = ({ diamond, diamondBonus }: Wallet) => diamond + diamondBonus

/** Diamonds a user has now. */
export async function diamondsLeft(db: Db, userId: number): Promise<number> {
  return diamondsOf(await walletOf(db, userId))
}

/** Rice, whatever its origin: the wire's coupons. */
export const riceOf = ({ rice, riceBonus }: Wallet) => rice + riceBonus

const holdMany = (tx: Db, userIds: number[]) =>
  held(tx.select().from(wallets).where(inArray(wallets.userId, userIds)).orderBy(asc(wallets.userId)))

/** Holds any number of wallets until the write ends, in the same order as {@link holdWallets} does. */
export async function holdEveryWallet(tx: Db, userIds: number[]): Promise<Map<number, Wallet>> {
  const found = new Map(userIds.map((userId) => [userId, emptyWallet(userId)]))
  for (const wallet of await holdMany(tx, userIds)) found.set(wallet.userId, wallet)
  return found
}
