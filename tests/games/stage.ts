import { and, eq, inArray } from "drizzle-orm"
import { sessions } from "../../src/accounts/tables.ts"
import { creditUser } from "../../src/admin/credit.ts"
import { mint } from "../../src/admin/mint.ts"
import { placeBet } from "../../src/games/bet.ts"
import { positionOf, secretAt } from "../../src/games/chain.ts"
import { seedOf } from "../../src/games/round.ts"
import { gameChains, gameRounds } from "../../src/games/tables.ts"
import type { TestApp } from "../support/app.ts"
import type { Phone } from "../support/phone.ts"
import type { Frame, Socket } from "../support/socket.ts"

/** What a round told while bets were taken. */
export interface Told extends Frame {
  game_id: string
  hash: string
  closes_at: number
  turn: number
  chain: string
  salt: string
}

export const endowsScore = ({ app, uid }: Phone, amount: number) =>
  creditUser(app.running.app, { userId: uid, currency: "score", amount, actor: "cli", why: "a story" })

export const scoreOf = async (phone: Phone) => Number((await phone.ok("GET", "/action/get/diamond_score"))["score"])

/** Lets the scheduler look at the clock now. */
export const turns = ({ running }: TestApp) => running.jobs.runNow("games.turn")

/** Enters a room as an app does that knows our frames. */
export const comesTo = (phone: Phone, roomId: number) => phone.enters(roomId, { ext: 1 })

/** The round that a room begins next, or is at. */
export async function roundAt(app: TestApp, socket: Socket): Promise<Told> {
  app.pass(1_000)
  await turns(app)
  return (await socket.hears({ mtype: 1041 })) as Told
}

/** Lets the time for bets pass, to the very end or a moment more. */
export async function closes(app: TestApp, { closes_at }: Told, late = 0): Promise<void> {
  app.pass(closes_at * 1_000 - app.running.app.now() + late)
  await turns(app)
}

/** Bets, and waits for the answer. */
export async function bets(socket: Socket, game_id: string, pos: number, score: number, more = {}): Promise<Frame> {
  socket.sends({ mtype: 1042, game_id, pos, score, ...more })
  return socket.hears({ mtype: 1043 })
}

export const recordsOf = async (socket: Socket, roomId: number, more = {}) => {
  socket.sends({ mtype: 47, room_id: String(roomId), ...more })
  return (await socket.hears({ mtype: 48 }))["record"] as Record<string, unknown>[]
}

/** What the server alone knows before the round is over: the position that wins, and the secret that says so. */
export async function foresees({ running }: TestApp, { game_id, salt }: Told) {
  const [roomId, second] = game_id.split("_").map(Number)
  const [found] = await running.app.db.read
    .select({ round: gameRounds, chain: gameChains })
    .from(gameRounds)
    .innerJoin(gameChains, eq(gameChains.id, gameRounds.chainId))
    .where(and(eq(gameRounds.roomId, roomId ?? 0), eq(gameRounds.startedAt, (second ?? 0) * 1_000)))
  const seed = found && seedOf(running.app, found.chain)
  if (!seed) throw new Error(`nothing is known of ${game_id}`)
  const secret = secretAt(seed, found.round.turn).toString("hex")
  return { pos: positionOf(secret, game_id, salt), secret, seed: seed.toString("hex"), ...found }
}

/** Lets many people bet 10 on each position, without sockets. */
export async function crowdBets({ running: { app } }: TestApp, roomId: number, gameId: string, people: number) {
  const players: number[] = []
  for await (const { userId } of mint(app, people)) players.push(userId)
  const open = await app.db.read.select().from(sessions).where(inArray(sessions.userId, players))
  await Promise.all(
    open.map(async ({ id: sessionId, userId }) => {
      await creditUser(app, { userId, currency: "score", amount: 30, actor: "cli", why: "a story" })
      for (const pos of [1, 2, 3]) {
        await placeBet(app, { userId, roomId, sessionId }, { gameId, pos, score: 10, request: undefined })
      }
    }),
  )
  return players
}
