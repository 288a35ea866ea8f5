import type { App } from "../app.ts"
import type { SocketFeature } from "../realtime/listener.ts"
import type { Seat } from "../realtime/seat.ts"
import { type Reason, Refusal } from "../refusal.ts"
import { codes } from "../wire/codes.ts"
import { gameMtype, recordsFrame, takenFrame } from "./frames.ts"
import { recentRounds } from "./record.ts"
import { AskRecords, Bet, betKey, likeness } from "./wire.ts"

/** What games add to the rooms' sockets: the round to who enters, bets, and the records of rounds. */
export function gameSocket(getApp: () => App): SocketFeature {
  async function bet(seat: Seat, message: Record<string, unknown>): Promise<void> {
    const { answer, refuse } = getApp().realtime
    // Its answer is for sockets that ask for our frames.
    if (!seat.ext) return refuse(seat, "input.invalid")
    const { data } = Bet.safeParse(message)
    const reason = data ? await place(seat, data) : "input.invalid"
    answer(seat, takenFrame(data ?? likeness(message), reason ? codes[reason] : 0))
  }

  /** @returns why the bet was refused, if it was */
  async function place(seat: Seat, data: ReturnType<typeof Bet.parse>): Promise<Reason | undefined> {
    const { game_id: gameId, pos, score } = data
    try {
      await getApp().croupier.bet(seat, { gameId, pos, score, request: betKey(seat.userId, data) })
    } catch (error) {
      if (error instanceof Refusal) return error.reason
      getApp().log.error("a bet failed", { userId: seat.userId, gameId, error })
      return "server.unexpected"
    }
    return undefined
  }

  async function tellRecords(seat: Seat, message: Record<string, unknown>): Promise<void> {
    const { db, realtime } = getApp()
    const { data } = AskRecords.safeParse(message)
    if (!data) return realtime.refuse(seat, "input.invalid")
    const { room_id: roomId, before } = data
    realtime.answer(seat, recordsFrame(await recentRounds(db.read, roomId, before)))
  }

  return {
    hears: [gameMtype.askRecords, gameMtype.bet],
    said: (seat, message) => (message["mtype"] === gameMtype.bet ? bet(seat, message) : tellRecords(seat, message)),
    entered: (seat) => getApp().croupier.seated(seat),
    opened: (seat) => getApp().croupier.introduce(seat),
  }
}
