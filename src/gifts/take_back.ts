import { and, desc, eq, gt, gte, sql } from "drizzle-orm"
import type { App } from "../app.ts"
import type { Db } from "../db/query.ts"
import { currencies, transfer } from "../wallet/ledger.ts"
import { firstImmatureDay, unearn } from "../wallet/rice.ts"
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
  /** The users whose wallets the write holds. */
  receivers: Set<number>
  /** The refunded order, and which refund of it. */
  causeId: number
  leg: string
}

/**
 * Takes the rice of a person's latest gifts back, as far as it has not matured, inside a write.
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
    if (!taking.receivers.has(gift.receiverId) || app.calendar.dayOf(gift.createdAt) < firstDay) continue
    const diamonds = Math.min(missing, gift.bought - gift.takenBack)
    await takeBack(app, tx, gift, diamonds, taking)
    missing -= diamonds
  }
  return taking.diamonds - missing
}

async function takeBack(app: App, tx: Db, gift: Gift, diamonds: number, { causeId, leg }: TakingBack): Promise<void> {
  const rice = diamonds * (gift.boughtRice / gift.bought)
  const [marked] = await tx
    .update(gifts)
    .set({ takenBack: sql`${gifts.takenBack} + ${diamonds}` })
    .where(and(eq(gifts.id, gift.id), eq(gifts.takenBack, gift.takenBack)))
    .returning({ id: gifts.id })
  if (!marked) throw new Error(`Gift ${gift.id} changed while it was held.`)
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
  await unearn(app, tx, gift.receiverId, gift.createdAt, rice)
}
