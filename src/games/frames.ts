import type { Frame } from "../realtime/bus.ts"
import { gameIdOf } from "./rules.ts"
import type { gameChains, gameRounds } from "./tables.ts"

/** What the socket protocol calls the frames of games. */
export const gameMtype = { askRecords: 47, records: 48, round: 1041, bet: 1042, taken: 1043, result: 1044 } as const

const seconds = (milliseconds: number) => Math.floor(milliseconds / 1_000)

type Round = typeof gameRounds.$inferSelect
/** What is public of a round's chain. */
export type PublicChain = Pick<typeof gameChains.$inferSelect, "terminal" | "salt">

/** A round that takes bets; `chain` is the terminal hash, which `secret`, once told, comes to when hashed `turn` times. */
export const roundFrame = (
  { roomId, startedAt, closesAt, hash, turn }: Pick<Round, "roomId" | "startedAt" | "closesAt" | "hash" | "turn">,
  { terminal, salt }: PublicChain,
): Frame => ({
  mtype: gameMtype.round,
  game_id: gameIdOf(roomId, startedAt),
  hash,
  closes_at: seconds(closesAt),
  turn,
  chain: terminal,
  salt,
})

/** What became of a bet: taken with error 0, or refused. */
export const takenFrame = (
  bet: { game_id: string; pos: number; score: number; request_id?: string | undefined },
  err: number,
): Frame => ({
  mtype: gameMtype.taken,
  game_id: bet.game_id,
  pos: bet.pos,
  score: bet.score,
  err,
  ...(bet.request_id !== undefined && { request_id: bet.request_id }),
})

/** The result, to somebody whose bets brought back so much; of a round that was given back position 0 and no secret. */
export const resultFrame = ({ roomId, startedAt, pos, secret }: Round, won: number): Frame => ({
  mtype: gameMtype.result,
  game_id: gameIdOf(roomId, startedAt),
  pos: pos ?? 0,
  secret: secret ?? "",
  won,
})

/** Rounds that are over, with what it takes to check them. */
export const recordsFrame = (records: { round: Round; chain: PublicChain }[]): Frame => ({
  mtype: gameMtype.records,
  record: records.map(({ round, chain }) => ({
    Id: round.id,
    GameId: gameIdOf(round.roomId, round.startedAt),
    Pos: round.pos ?? 0,
    CreateTime: seconds(round.startedAt),
    RoomId: String(round.roomId),
    Hash: round.hash,
    Secret: round.secret ?? "",
    Turn: round.turn,
    Chain: chain.terminal,
    Salt: chain.salt,
  })),
})
