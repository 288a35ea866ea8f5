import { and, desc, eq, gt, gte, sql } from "drizzle-orm"
import type { App } from "../app.ts"
import { type Db, query } from "../db/query.ts"
import { currencies, transfer } from "../wallet/ledger.ts"
import { earnedOn, firstImmatureDay, unearn } from "../wallet/rice.ts"
import type { Wallet } from "../wallet/wallet.ts"
import { gifts } from "./tables.ts"

type Gift = typeof gifts.$inferSelect

const paidSince = (giverId: number, since: number) =>
  and(eq(gifts.giverId, giverId), gte(gifts.createdAt, since), gt(gifts.bought, gifts.takenBack))

/** Whom a person gave gifts of bought diamonds since a moment: the wallets that a refund may reach into. */
export async function receiversSince(tx: Db, giverId: number, since: number): Promise<number[]> {
  const rows = await tx.selectDistinct({ id: gifts.receiverId }).from(gifts).where(paidSince(giverId, since))
  return rows.map(({ id }) => id)
}

interface TakingBack {
  giverId: number
  /** Only gifts since then can have been paid with what is refunded. */
  since: number
  /** How many are still missing. */
  diamonds: number
  /** The wallets that the write holds, by their users. */
  held: Map<number, Wallet>
  /** The refunded order, and which refund of it. */
  causeId: number
  leg: string
}

/**
 * Takes the rice of a person's latest gifts back, as far as it has not matured and is still there, inside a write.
 *
 * @returns how many diamonds that made up for
 */
export async function takeBackGifts(app: App, tx: Db, taking: TakingBack): Promise<number> {
  let missing = taking.diamonds
  if (missing === 0) return 0
  const firstDay = firstImmatureDay(app)
  const candidates = await tx
    .select()
    .from(gifts)
    .where(paidSince(taking.giverId, taking.since))
    .orderBy(desc(gifts.id))
    // Each makes up for one at least.
    .limit(missing)
  for (const gift of candidates) {
    if (missing === 0) break
    if (gift.earnedDay < firstDay) continue
    const diamonds = Math.min(missing, gift.bought - gift.takenBack, await recoverable(tx, gift, taking.held))
    if (diamonds > 0) await takeBack(app, tx, gift, diamonds, taking)
    missing -= diamonds
  }
  return taking.diamonds - missing
}

const rateOf = ({ boughtRice, bought }: Gift) => boughtRice / bought

/** How many diamonds' worth of rice the receiver can give back for a gift; 0 for one whose wallet is not held. */
async function recoverable(tx: Db, gift: Gift, held: Map<number, Wallet>): Promise<number> {
  const wallet = held.get(gift.receiverId)
  if (!wallet) return 0
  const rice = Math.min(wallet.rice, await earnedOn(tx, gift.receiverId, gift.earnedDay))
  return Math.floor(rice / rateOf(gift))
}

const mark = query<{ id: number; diamonds: number }>()((db, $) =>
  db
    .update(gifts)
    .set({ takenBack: sql`${gifts.takenBack} + ${$.diamonds}` })
    .where(eq(gifts.id, $.id))
    .returning({ id: gifts.id })
    .prepare(),
)

async function takeBack(app: App, tx: Db, gift: Gift, diamonds: number, taking: TakingBack): Promise<void> {
  const { causeId, leg, held } = taking
  const rice = diamonds * rateOf(gift)
  const wallet = held.get(gift.receiverId)
  if (wallet) wallet.rice -= rice
  await mark(tx, { id: gift.id, diamonds })
  const movement = { cause: "refund", causeId, to: { account: "issued" } } as const
  await transfer(app, tx, {
    ...movement,
    leg: `${leg} gift ${gift.id} rice`,
    currency: currencies.rice,
    amount: rice,
    from: { account: "rice", user: gift.receiverId },
  })
  await transfer(app, tx, {
    ...movement,
    leg: `${leg} gift ${gift.id} diamond`,
    currency: currencies.diamond,
    amount: diamonds,
    from: { account: "revenue" },
  })
  await unearn(tx, gift.receiverId, gift.earnedDay, rice)
}
