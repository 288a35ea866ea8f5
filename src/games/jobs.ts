import { and, eq, inArray, lt, notExists, sql } from "drizzle-orm"
import type { App } from "../app.ts"
import { write } from "../db/write.ts"
import type { Job } from "../jobs/runner.ts"
import { noticeFrame } from "../realtime/notice.ts"
import { resultFrame } from "./frames.ts"
import { wonBy } from "./record.ts"
import { roundById } from "./round.ts"
import { gameChains, gameRounds } from "./tables.ts"

const minute = 60_000
/** Rounds in which nobody bet are kept so long, in milliseconds. */
const emptyKept = 7 * 24 * 60 * minute
/** Rows forgotten in one write. */
const batch = 1_000
/** Writes of one run. */
const batchesMax = 100

export const gameJobs = (app: App): Job[] => [
  { name: "games.turn", every: 250, run: () => app.croupier.turn() },
  { name: "games.forget_empty", every: 10 * minute, run: () => forgetEmpty(app) },
]

/** What follows a round that is settled: the room hears the result, each person with what was won. */
export const gameHandlers = (getApp: () => Pick<App, "db" | "realtime">) => ({
  "game.settled": async ({ roundId }: { roundId: number }) => {
    const { db, realtime } = getApp()
    const found = await roundById(db.read, roundId)
    if (!found) return
    const { round } = found
    const winners = round.bets === 0 ? [] : (await wonBy(db.read, roundId)).filter(({ won }) => won > 0)
    realtime.toEach(
      round.roomId,
      resultFrame(round, 0),
      Object.fromEntries(winners.map(({ userId, won }) => [userId, { won }])),
    )
    for (const { userId, won } of winners) {
      // Who has left the room hears of the score all the same.
      if (realtime.roomOf(userId) === round.roomId) continue
      realtime.toUser(userId, resultFrame(round, won), noticeFrame(`Your bets brought back ${won} score.`))
    }
  },
})

/** In the very words of the index on it. */
const hasNoBets = sql`${gameRounds.bets} = 0`

/** Rounds in which nobody bet would fill the disk; what is left of a chain still proves itself. */
async function forgetEmpty(app: App): Promise<void> {
  const before = app.now() - emptyKept
  for (let n = 0; n < batchesMax; n++) {
    const forgotten = await write(app, async (tx) => {
      const old = tx
        .select({ id: gameRounds.id })
        .from(gameRounds)
        .where(and(hasNoBets, eq(gameRounds.state, "settled"), lt(gameRounds.startedAt, before)))
        .limit(batch)
      return tx.delete(gameRounds).where(inArray(gameRounds.id, old)).returning({ id: gameRounds.id })
    })
    if (forgotten.length < batch) break
  }
  await write(app, (tx) => {
    const rounds = tx.select({ id: gameRounds.id }).from(gameRounds).where(eq(gameRounds.chainId, gameChains.id))
    const unused = and(lt(gameChains.createdAt, before), notExists(rounds))
    const old = tx.select({ id: gameChains.id }).from(gameChains).where(unused).limit(batch)
    return tx.delete(gameChains).where(inArray(gameChains.id, old)).returning({ id: gameChains.id })
  })
}
