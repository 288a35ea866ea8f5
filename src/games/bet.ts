import { and, count, eq, gt, sql } from "drizzle-orm"
import { banOn } from "../accounts/ban.ts"
import { whyEnded } from "../accounts/session.ts"
import { sessions, users } from "../accounts/tables.ts"
import type { App } from "../app.ts"
import { type Db, query } from "../db/query.ts"
import { once, type RequestKey } from "../db/replay.ts"
import { write } from "../db/write.ts"
import type { Seat } from "../realtime/seat.ts"
import { refuse } from "../refusal.ts"
import { currencies, transfer } from "../wallet/ledger.ts"
import { betsMax, readGameId } from "./rules.ts"
import { gameBets, gameRounds } from "./tables.ts"

export interface BetOrder {
  gameId: string
  pos: number
  score: number
  request: RequestKey | undefined
}

type Player = Pick<Seat, "userId" | "sessionId" | "roomId">

/**
 * Puts score on a position of the round that is open in the player's room. Whether it is still open is decided by the clock
 * with the round in hand, so that no bet comes after the round's secret was told.
 *
 * @throws {Refusal} `input.invalid` when the room has no such round, `game.closed`, `wallet.score_short`, `wallet.over_limit`
 * beyond the bets that one may have in a round, `request.reused`, and why the player may do nothing just now
 */
export async function placeBet(app: App, player: Player, { gameId, pos, score, request }: BetOrder): Promise<void> {
  const { userId, roomId } = player
  const named = readGameId(gameId)
  if (named?.roomId !== roomId) refuse("input.invalid")
  await assertMayPlay(app, player)
  await write(app, (tx) =>
    once(app, tx, request, async () => {
      const now = app.now()
      const roundId = await countInRound(tx, { ...named, score, now })
      const [held] = await betsOf(tx, { roundId, userId })
      if ((held?.bets ?? 0) >= betsMax) refuse("wallet.over_limit")
      const [bet] = await insert(tx, { roundId, userId, pos, score, createdAt: now })
      await transfer(app, tx, {
        cause: "bet",
        causeId: bet?.id ?? refuse("server.unexpected"),
        leg: "stake",
        currency: currencies.score,
        amount: score,
        from: { account: "score", user: userId },
        to: { account: "games" },
      })
    }),
  )
}

const standingOf = query<{ userId: number; sessionId: number }>()((db, $) =>
  db
    .select({ bannedUntil: users.bannedUntil, endReason: sessions.endReason })
    .from(users)
    .innerJoin(sessions, eq(sessions.id, $.sessionId))
    .where(eq(users.id, $.userId))
    .prepare(),
)

async function assertMayPlay(app: App, { userId, sessionId }: Player): Promise<void> {
  const [standing] = await standingOf(app.db.read, { userId, sessionId })
  if (!standing) refuse("session.unknown")
  const bar = banOn(standing.bannedUntil, app.now()) ?? (standing.endReason && whyEnded[standing.endReason])
  if (bar) refuse(bar)
}

type Place = { roomId: number; startedAt: number; score: number; now: number }

/** Holds the round until the write ends: it cannot be settled before a bet that was in time. */
const takeIn = query<Place>()((db, $) =>
  db
    .update(gameRounds)
    .set({ bets: sql`${gameRounds.bets} + 1`, staked: sql`${gameRounds.staked} + ${$.score}` })
    .where(
      and(
        eq(gameRounds.roomId, $.roomId),
        eq(gameRounds.startedAt, $.startedAt),
        eq(gameRounds.state, "open"),
        gt(gameRounds.closesAt, $.now),
      ),
    )
    .returning({ id: gameRounds.id })
    .prepare(),
)

const byStart = query<{ roomId: number; startedAt: number }>()((db, $) =>
  db
    .select({ id: gameRounds.id })
    .from(gameRounds)
    .where(and(eq(gameRounds.roomId, $.roomId), eq(gameRounds.startedAt, $.startedAt)))
    .prepare(),
)

async function countInRound(tx: Db, place: Place): Promise<number> {
  const [round] = await takeIn(tx, place)
  if (round) return round.id
  const [closed] = await byStart(tx, place)
  refuse(closed ? "game.closed" : "input.invalid")
}

const betsOf = query<{ roundId: number; userId: number }>()((db, $) =>
  db
    .select({ bets: count() })
    .from(gameBets)
    .where(and(eq(gameBets.roundId, $.roundId), eq(gameBets.userId, $.userId)))
    .prepare(),
)

const insert = query<{ roundId: number; userId: number; pos: number; score: number; createdAt: number }>()((db, $) =>
  db
    .insert(gameBets)
    .values({ roundId: $.roundId, userId: $.userId, pos: $.pos, score: $.score, createdAt: $.createdAt })
    .returning({ id: gameBets.id })
    .prepare(),
)
