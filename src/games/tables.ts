import { sql } from "drizzle-orm"
import { users } from "../accounts/tables.ts"
import { check, id, index, int, standingId, table, text, uniqueIndex } from "../db/kit.ts"
import { rooms } from "../rooms/tables.ts"

/** Chains of secrets, each of which fixes many rounds of a room beforehand. */
export const gameChains = table(
  "game_chains",
  {
    id: id(),
    roomId: int()
      .notNull()
      .references(() => rooms.id),
    /** What the first round's secret hashes to, in hex; published with every round. */
    terminal: text().notNull(),
    /** Public, in hex; chosen with the chain. */
    salt: text().notNull(),
    /** What the secrets grow from, in hex and sealed: the database alone gives no result away. */
    sealedSeed: text().notNull(),
    createdAt: int().notNull(),
  },
  (t) => [index("game_chains_age").on(t.createdAt)],
)

/** `settling` while the bets of a large round are seen to; `refunded` when its secret could not be had any more. */
export type RoundState = "open" | "settling" | "settled" | "refunded"

export const gameRounds = table(
  "game_rounds",
  {
    id: id(),
    roomId: int()
      .notNull()
      .references(() => rooms.id),
    chainId: int()
      .notNull()
      .references(() => gameChains.id),
    /** Its place in the chain, from 1. */
    turn: int().notNull(),
    /** What its secret hashes to, in hex: the secret of the turn before. */
    hash: text().notNull(),
    state: text().$type<RoundState>().notNull(),
    /** A whole second: with the room it makes the round's name. */
    startedAt: int().notNull(),
    /** Bets are taken before this moment. */
    closesAt: int().notNull(),
    /** The position that won, and the secret in hex that says so; null until no bet can be taken any more. */
    pos: int(),
    secret: text(),
    /** How many bets there are, what was put on them, and what was paid out or given back. */
    bets: int().notNull().default(0),
    staked: int().notNull().default(0),
    paid: int().notNull().default(0),
    settledAt: int(),
  },
  (t) => [
    uniqueIndex("game_rounds_start").on(t.roomId, t.startedAt),
    // The hash of a round is the secret of the one before: none may open while that is a secret.
    uniqueIndex("game_rounds_unfinished").on(t.roomId).where(sql`${t.state} in ('open', 'settling')`),
    uniqueIndex("game_rounds_turn").on(t.chainId, t.turn),
    index("game_rounds_room").on(t.roomId, t.id),
    index("game_rounds_empty").on(t.startedAt).where(sql`${t.bets} = 0`),
  ],
)

/** `lost` brings nothing, `won` what is paid for it, `returned` its own score. */
export type BetOutcome = "lost" | "won" | "returned"

export const gameBets = table(
  "game_bets",
  {
    id: standingId(),
    roundId: int()
      .notNull()
      .references(() => gameRounds.id),
    userId: int()
      .notNull()
      .references(() => users.id),
    pos: int().notNull(),
    score: int().notNull(),
    /** Null while its round is not settled. */
    outcome: text().$type<BetOutcome>(),
    /** What it brought back. */
    paid: int().notNull().default(0),
    createdAt: int().notNull(),
  },
  (t) => [
    index("game_bets_round").on(t.roundId, t.userId),
    index("game_bets_user").on(t.userId, t.id),
    check("game_bets_sound", sql`pos between 1 and 3 and score between 1 and 10000`),
  ],
)
