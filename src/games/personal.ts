import { and, eq, isNull, sum } from "drizzle-orm"
import { type Closing, holding, type PersonalData } from "../personal.ts"
import { gameBets } from "./tables.ts"

export const gamesPersonal: PersonalData = {
  holdings: [
    holding({
      name: "game_bets",
      table: gameBets,
      whose: [gameBets.userId],
      erasure: { kept: "The ledger is made of them." },
    }),
  ],
  close: tellBets,
}

/** What a round under way brings will be nobody's. */
async function tellBets({ tx, userId, leave }: Closing): Promise<void> {
  const [open] = await tx
    .select({ score: sum(gameBets.score).mapWith(Number) })
    .from(gameBets)
    .where(and(eq(gameBets.userId, userId), isNull(gameBets.outcome)))
  if (open?.score) leave(`${open.score} score on bets`)
}
