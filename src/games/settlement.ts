import { and, asc, eq, isNull, lte, sql } from "drizzle-orm"
import type { App } from "../app.ts"
import { promise } from "../db/outbox.ts"
import { type Db, query } from "../db/query.ts"
import { type After, write } from "../db/write.ts"
import { currencies, type Transfer, transfer } from "../wallet/ledger.ts"
import { holdEveryWallet } from "../wallet/wallet.ts"
import { hashOf, positionOf, secretAt } from "./chain.ts"
import { isUnfinished, type Round, roundById, seedOf } from "./round.ts"
import { gameIdOf, payoutTenths } from "./rules.ts"
import { gameBets, gameRounds } from "./tables.ts"

/** People whose bets one write sees to: more would hold up everybody else's writes. */
const peopleMax = 100

/** What a round comes to: a position and the secret that proves it; neither when the bets are given back. */
type Result = { pos: number; secret: string } | { pos: null; secret: null }

/**
 * Settles a round whose time for bets is over: tells its secret, pays the bets that won, promises the result to the room. A
 * large round takes several writes; whatever was interrupted is gone on with, and every bet is seen to once. Bets are given
 * back when the secret cannot be had any more, since the data key is another.
 *
 * @returns false when it was not time, or somebody else had settled it
 */
export async function settleRound(app: App, roundId: number): Promise<boolean> {
  const found = await roundById(app.db.read, roundId)
  if (!found || found.round.closesAt > app.now()) return false
  const seed = seedOf(app, found.chain)
  const result = resultOf(found.round, found.chain.salt, seed)
  if (result.pos === null) app.log.error("a round's secret is lost; its bets are given back", { roundId })
  for (;;) {
    const stage = await write(app, (tx, after) => settleSome(app, tx, after, roundId, result))
    if (stage !== "more") return stage === "done"
  }
}

function resultOf(round: Round, salt: string, seed: Buffer | undefined): Result {
  // What was told already stands.
  if (round.state === "settling") return { pos: round.pos, secret: round.secret } as Result
  const secret = seed && secretAt(seed, round.turn).toString("hex")
  if (secret === undefined || hashOf(secret) !== round.hash) return { pos: null, secret: null }
  return { pos: positionOf(secret, gameIdOf(round.roomId, round.startedAt), salt), secret }
}

const close = query<{ id: number; now: number; pos: number | null; secret: string | null }>()((db, $) =>
  db
    .update(gameRounds)
    .set({ state: "settling", pos: sql`${$.pos}`, secret: sql`${$.secret}` })
    .where(and(eq(gameRounds.id, $.id), isUnfinished, lte(gameRounds.closesAt, $.now)))
    .returning({ bets: gameRounds.bets })
    .prepare(),
)

const people = query<{ roundId: number; limit: number }>()((db, $) =>
  db
    .selectDistinct({ id: gameBets.userId })
    .from(gameBets)
    .where(and(eq(gameBets.roundId, $.roundId), isNull(gameBets.outcome)))
    .orderBy(asc(gameBets.userId))
    .limit($.limit)
    .prepare(),
)

async function settleSome(
  app: App,
  tx: Db,
  after: After,
  roundId: number,
  { pos, secret }: Result,
): Promise<"done" | "more" | "not ours"> {
  const [round] = await close(tx, { id: roundId, now: app.now(), pos, secret })
  if (!round) return "not ours"
  const players = round.bets === 0 ? [] : await people(tx, { roundId, limit: peopleMax })
  const last = players.at(-1)
  const paid = last ? await payBets(app, tx, after, { roundId, pos, upTo: last.id }) : 0
  const isDone = players.length < peopleMax
  await count(tx, {
    id: roundId,
    paid,
    state: isDone ? (pos === null ? "refunded" : "settled") : "settling",
    at: app.now(),
  })
  if (isDone) await promise(app, tx, after, "game.settled", { roundId })
  return isDone ? "done" : "more"
}

const count = query<{ id: number; paid: number; state: string; at: number }>()((db, $) =>
  db
    .update(gameRounds)
    .set({ paid: sql`${gameRounds.paid} + ${$.paid}`, state: sql`${$.state}`, settledAt: sql`${$.at}` })
    .where(eq(gameRounds.id, $.id))
    .returning({ id: gameRounds.id })
    .prepare(),
)

type Payment = { roundId: number; pos: number | null; upTo: number }

const unseen = ($: { roundId: never; upTo: never }) =>
  and(eq(gameBets.roundId, $.roundId), isNull(gameBets.outcome), lte(gameBets.userId, $.upTo))

const decide = query<{ roundId: number; pos: number; upTo: number }>()((db, $) =>
  db
    .update(gameBets)
    .set({
      outcome: sql`case when ${gameBets.pos} = ${$.pos} then 'won' else 'lost' end`,
      paid: sql`case when ${gameBets.pos} = ${$.pos} then ${gameBets.score} * ${sql.raw(String(payoutTenths))} / 10 else 0 end`,
    })
    .where(unseen($ as never))
    .returning()
    .prepare(),
)

const giveBack = query<{ roundId: number; upTo: number }>()((db, $) =>
  db
    .update(gameBets)
    .set({ outcome: "returned", paid: sql`${gameBets.score}` })
    .where(unseen($ as never))
    .returning()
    .prepare(),
)

type Bet = typeof gameBets.$inferSelect

/** Sees to the bets of everybody up to a user, and counts the rounds that were won towards their tasks. */
async function payBets(app: App, tx: Db, after: After, { roundId, pos, upTo }: Payment): Promise<number> {
  const bets = pos === null ? await giveBack(tx, { roundId, upTo }) : await decide(tx, { roundId, pos, upTo })
  const paying = bets
    .filter(({ paid }) => paid > 0)
    .sort((one, other) => one.userId - other.userId || one.id - other.id)
  if (paying.length === 0) return 0
  await holdEveryWallet(tx, [...new Set(paying.map(({ userId }) => userId))])
  await transfer(app, tx, ...paying.map(payment))
  if (pos !== null)
    for (const userId of winnersOf(bets)) await app.taskProgress.count(tx, after, { userId, target: "win", times: 1 })
  return paying.reduce((sum, bet) => sum + bet.paid, 0)
}

const payment = ({ id, userId, outcome, paid }: Bet): Transfer => ({
  cause: "bet",
  causeId: id,
  leg: outcome === "returned" ? "return" : "win",
  currency: currencies.score,
  amount: paid,
  from: { account: "games" },
  to: { account: "score", user: userId },
})

/** A round is won by who gets more out of it than was put in: a bet on every position is no win. */
function winnersOf(bets: Bet[]): number[] {
  const gains = new Map<number, number>()
  for (const { userId, score, paid } of bets) gains.set(userId, (gains.get(userId) ?? 0) + paid - score)
  return [...gains]
    .filter(([, gain]) => gain > 0)
    .map(([userId]) => userId)
    .sort((one, other) => one - other)
}
