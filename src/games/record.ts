import { and, desc, eq, inArray, lt, sum } from "drizzle-orm"
import { pageSize } from "../db/page.ts"
import { type Db, query } from "../db/query.ts"
import { gameBets, gameChains, gameRounds } from "./tables.ts"

const recent = query<{ roomId: number; before: number; limit: number }>()((db, $) =>
  db
    .select({ round: gameRounds, chain: { terminal: gameChains.terminal, salt: gameChains.salt } })
    .from(gameRounds)
    .innerJoin(gameChains, eq(gameChains.id, gameRounds.chainId))
    .where(
      and(
        eq(gameRounds.roomId, $.roomId),
        inArray(gameRounds.state, ["settled", "refunded"]),
        lt(gameRounds.id, $.before),
      ),
    )
    .orderBy(desc(gameRounds.id))
    .limit($.limit)
    .prepare(),
)

/** A room's rounds that are over, the newest first: a page of those before the last one seen. */
export const recentRounds = (db: Db, roomId: number, before = Number.MAX_SAFE_INTEGER) =>
  recent(db, { roomId, before, limit: pageSize })

const byUser = query<{ roundId: number }>()((db, $) =>
  db
    .select({ userId: gameBets.userId, won: sum(gameBets.paid).mapWith(Number) })
    .from(gameBets)
    .where(eq(gameBets.roundId, $.roundId))
    .groupBy(gameBets.userId)
    .prepare(),
)

/** What a round's bets brought back, by whose they were. */
export const wonBy = (db: Db, roundId: number) => byUser(db, { roundId })
