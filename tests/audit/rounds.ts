import { asc, eq } from "drizzle-orm"
import { sessions } from "../../src/accounts/tables.ts"
import { write } from "../../src/db/write.ts"
import { placeBet } from "../../src/games/bet.ts"
import { openRound } from "../../src/games/round.ts"
import { gameIdOf } from "../../src/games/rules.ts"
import { settleRound } from "../../src/games/settlement.ts"
import { gameBets, gameChains } from "../../src/games/tables.ts"
import { endowsScore } from "../games/stage.ts"
import type { Phone } from "../support/phone.ts"

/** Three rounds of a room, by their ids, and somebody's bets on them. */
export interface Rounds {
  settled: number
  /** The position that won the first. */
  pos: number
  refunded: number
  open: number
  bets: { won: number; lost: number; returned: number; open: number }
}

/** Bets 10, 10 and 10 on a round, 20 on one whose secret is lost, and 30 on one that is still open. */
export async function playsThreeRounds(player: Phone, roomId: number): Promise<Rounds> {
  const { app } = player.app.running
  await endowsScore(player, 100)
  const settled = await opens(player, roomId)
  for (const pos of [1, 2, 3]) await settled.bets(pos, 10)
  await settled.ends()
  const refunded = await opens(player, roomId)
  await refunded.bets(1, 20)
  await write(app, (tx) => tx.update(gameChains).set({ sealedSeed: "lost" }).returning({ id: gameChains.id }))
  await refunded.ends()
  const open = await opens(player, roomId)
  await open.bets(2, 30)

  const made = await app.db.read.select().from(gameBets).orderBy(asc(gameBets.id))
  const idOf = (outcome: string | null) => made.find((bet) => bet.outcome === outcome)?.id ?? 0
  const pos = made.find(({ outcome }) => outcome === "won")?.pos ?? 0
  const bets = { won: idOf("won"), lost: idOf("lost"), returned: idOf("returned"), open: idOf(null) }
  return { settled: settled.id, pos, refunded: refunded.id, open: open.id, bets }
}

async function opens({ app: { pass, running }, uid: userId }: Phone, roomId: number) {
  const { app } = running
  pass(48_000)
  const startedAt = Math.floor(app.now() / 1_000) * 1_000
  const opened = await write(app, (tx) => openRound(app, tx, { roomId, startedAt, chain: undefined }))
  const id = opened?.round.id ?? 0
  const [session] = await app.db.read.select({ id: sessions.id }).from(sessions).where(eq(sessions.userId, userId))
  const player = { userId, sessionId: session?.id ?? 0, roomId }
  const gameId = gameIdOf(roomId, startedAt)
  return {
    id,
    bets: (pos: number, score: number) => placeBet(app, player, { gameId, pos, score, request: undefined }),
    async ends() {
      pass(30_000)
      await settleRound(app, id)
    },
  }
}
