import { randomBytes } from "node:crypto"
import { and, eq, lt, sql } from "drizzle-orm"
import type { App } from "../app.ts"
import { type Db, query } from "../db/query.ts"
import { refuse } from "../refusal.ts"
import { rooms } from "../rooms/tables.ts"
import { openSealed } from "../sealed.ts"
import { chainLength, secretAt } from "./chain.ts"
import type { PublicChain } from "./frames.ts"
import { bettingTime } from "./rules.ts"
import { gameChains, gameRounds } from "./tables.ts"

export type Round = typeof gameRounds.$inferSelect

const sealing = "game_seed"

/** A chain that rounds are taken from. */
export interface Chain extends PublicChain {
  id: number
  seed: Buffer
  /** Rounds taken from it so far. */
  used: number
}

const addChain = query<{ roomId: number; terminal: string; salt: string; sealedSeed: string; now: number }>()((db, $) =>
  db
    .insert(gameChains)
    .values({ roomId: $.roomId, terminal: $.terminal, salt: $.salt, sealedSeed: $.sealedSeed, createdAt: $.now })
    .returning({ id: gameChains.id })
    .prepare(),
)

/**
 * Fixes the rounds of a room to come, inside a write. A chain is gone on with only by the process that made it: a database
 * put back to an earlier state must never open a round whose secret was told before.
 */
export async function startChain(app: App, tx: Db, roomId: number): Promise<Chain> {
  const seed = randomBytes(32)
  const made = { terminal: secretAt(seed, 0).toString("hex"), salt: randomBytes(16).toString("hex") }
  const sealedSeed = app.keys.seal(sealing, seed.toString("hex"))
  const [row] = await addChain(tx, { roomId, ...made, sealedSeed, now: app.now() })
  return { id: row?.id ?? refuse("server.unexpected"), ...made, seed, used: 0 }
}

const gameRoom = query<{ roomId: number }>()((db, $) =>
  db
    .select({ id: rooms.id })
    .from(rooms)
    .where(and(eq(rooms.id, $.roomId), eq(rooms.state, "live"), eq(rooms.gameType, 1)))
    .prepare(),
)

/** Whether a room is live and has games. */
export async function hasGames(db: Db, roomId: number): Promise<boolean> {
  return (await gameRoom(db, { roomId })).length > 0
}

type Opening = Pick<Round, "roomId" | "chainId" | "turn" | "hash" | "startedAt" | "closesAt">

const addRound = query<Opening>()((db, $) =>
  db
    .insert(gameRounds)
    .values({
      roomId: $.roomId,
      chainId: $.chainId,
      turn: $.turn,
      hash: $.hash,
      state: "open",
      startedAt: $.startedAt,
      closesAt: $.closesAt,
    })
    .onConflictDoNothing()
    .returning()
    .prepare(),
)

/**
 * Opens a round with the next secret of a chain, or of a new one when that is used up, inside a write.
 *
 * @returns undefined when the room has an unfinished round, or had one that started at that moment
 */
export async function openRound(
  app: App,
  tx: Db,
  { roomId, startedAt, chain: former }: { roomId: number; startedAt: number; chain: Chain | undefined },
): Promise<{ round: Round; chain: Chain } | undefined> {
  const chain = former && former.used < chainLength ? former : await startChain(app, tx, roomId)
  const turn = chain.used + 1
  const hash = secretAt(chain.seed, turn - 1).toString("hex")
  const closesAt = startedAt + bettingTime
  const [round] = await addRound(tx, { roomId, chainId: chain.id, turn, hash, startedAt, closesAt })
  return round && { round, chain: { ...chain, used: turn } }
}

/** The seed of a chain, or undefined when it was sealed under another data key. */
export function seedOf(app: App, { sealedSeed }: Pick<typeof gameChains.$inferSelect, "sealedSeed">) {
  const seed = openSealed(app, sealing, sealedSeed)
  return seed === undefined ? undefined : Buffer.from(seed, "hex")
}

/** In the very words of the index on it. */
export const isUnfinished = sql`${gameRounds.state} in ('open', 'settling')`

const unfinished = query<{ before: number }>()((db, $) =>
  db
    .select({ round: gameRounds, chain: gameChains })
    .from(gameRounds)
    .innerJoin(gameChains, eq(gameChains.id, gameRounds.chainId))
    .where(and(isUnfinished, lt(gameRounds.closesAt, $.before)))
    .prepare(),
)

/** Every round that is not settled yet and takes no bets from a moment on, with its chain. */
export const unfinishedRounds = (db: Db, before: number) => unfinished(db, { before })

const withChain = query<{ id: number }>()((db, $) =>
  db
    .select({ round: gameRounds, chain: gameChains })
    .from(gameRounds)
    .innerJoin(gameChains, eq(gameChains.id, gameRounds.chainId))
    .where(eq(gameRounds.id, $.id))
    .prepare(),
)

/** A round with its chain. */
export async function roundById(db: Db, id: number) {
  const [found] = await withChain(db, { id })
  return found
}
