import { asc, eq } from "drizzle-orm"
import type { App } from "../app.ts"
import type { Db } from "../db/query.ts"
import { once, type RequestKey } from "../db/replay.ts"
import { write } from "../db/write.ts"
import { refuse } from "../refusal.ts"
import { diamondLegs } from "./diamonds.ts"
import { currencies, transfer } from "./ledger.ts"
import { exchanges, scorePacks } from "./tables.ts"
import { diamondsOf, holdWallets, walletOf } from "./wallet.ts"

/** The most score a wallet may hold after an exchange. */
export const scoreMost = 1_000_000_000

/** What can be had for diamonds, the smallest first. */
export const scorePacksOnOffer = (db: Db) =>
  db
    .select({ diamonds: scorePacks.diamonds, score: scorePacks.score })
    .from(scorePacks)
    .orderBy(asc(scorePacks.diamonds))

/**
 * Turns diamonds into score.
 *
 * @returns the new balances
 * @throws {Refusal} `payment.unknown_pack`, `wallet.diamonds_short`, `wallet.over_limit`, `request.reused`
 */
export function exchangeForScore(app: App, userId: number, diamonds: number, request: RequestKey | undefined) {
  return write(app, (tx) =>
    once(app, tx, request, async () => {
      const [pack] = await tx.select().from(scorePacks).where(eq(scorePacks.diamonds, diamonds))
      if (!pack) refuse("payment.unknown_pack")
      const wallet = await holdWallets(tx, userId)
      if (diamondsOf(wallet) < diamonds) refuse("wallet.diamonds_short")
      if (wallet.score + pack.score > scoreMost) refuse("wallet.over_limit")
      const causeId = await recordExchange(app, tx, { userId, diamonds, score: pack.score })
      const paying = diamondLegs(wallet, { amount: diamonds, cause: "exchange", causeId, to: "exchange" })
      await transfer(app, tx, ...paying, {
        cause: "exchange",
        causeId,
        leg: "score",
        currency: currencies.score,
        amount: pack.score,
        from: { account: "exchange" },
        to: { account: "score", user: userId },
      })
      const after = await walletOf(tx, userId)
      return { diamond: diamondsOf(after), score: after.score }
    }),
  )
}

async function recordExchange(app: App, tx: Db, what: { userId: number; diamonds: number; score: number }) {
  const [row] = await tx
    .insert(exchanges)
    .values({ ...what, createdAt: app.now() })
    .returning({ id: exchanges.id })
  return row?.id ?? refuse("server.unexpected")
}
