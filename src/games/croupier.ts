import type { App } from "../app.ts"
import { write } from "../db/write.ts"
import type { Seat } from "../realtime/seat.ts"
import { refuse } from "../refusal.ts"
import { type BetOrder, placeBet } from "./bet.ts"
import { roundFrame } from "./frames.ts"
import { type Chain, hasGames, openRound, type Round, unfinishedRounds } from "./round.ts"
import { attemptsMax, roundTime } from "./rules.ts"
import { settleRound } from "./settlement.ts"

/** Rounds that are opened or settled at once. */
const atOnce = 32
/** A round that could not be opened or settled is tried again after so long, in milliseconds. */
const pause = 5_000
/** A round that is opened later than this after its time starts anew, in milliseconds. */
const latest = 2_000
/** How often rounds that nobody is at are looked for, in milliseconds. */
const adoptEvery = 15_000
/** So long after its time for bets a round should be settled, in milliseconds. */
const overdue = 5_000
/** Chains kept of rooms where nobody plays just now; those used longest ago are forgotten, and new ones made. */
const chainsMax = 10_000

/** What is known of a room that has viewers, or a round to settle. */
interface Table {
  roomId: number
  chain: Chain | undefined
  /** The round under way, until it is settled. */
  round: Pick<Round, "id" | "roomId" | "startedAt" | "closesAt" | "hash" | "turn"> | undefined
  /** What is public of the round's chain. */
  of: Pick<Chain, "terminal" | "salt"> | undefined
  /** When the next round starts. */
  nextAt: number
  /** Nothing is tried before. */
  waitUntil: number
  /** How often each person has asked for a bet in this round. */
  attempts: Map<number, number>
}

/** Runs the rounds of every room that has games and a viewer, and takes the bets. */
export interface Croupier {
  /** Somebody sat down in a room. */
  seated(seat: Seat): Promise<void>
  /** Tells a socket the round that takes bets, if there is one. */
  introduce(seat: Seat): void
  /** @throws {Refusal} `server.too_fast`, `room.not_live` from a playback, and as {@link placeBet} does */
  bet(seat: Seat, order: BetOrder): Promise<void>
  /** Settles the rounds whose time is over, and opens those whose time has come; never called twice at once. */
  turn(): Promise<void>
}

export function createCroupier(getApp: () => App): Croupier {
  const tables = new Map<number, Table>()
  const chains = new Map<number, Chain>()
  let adoptAt = 0
  /** Whether what a process before this one left was taken up. */
  let hasAll = false

  function tableOf(roomId: number): Table {
    let table = tables.get(roomId)
    if (!table) {
      table = {
        roomId,
        chain: chains.get(roomId),
        round: undefined,
        of: undefined,
        nextAt: nextSecond(getApp().now()),
        waitUntil: 0,
        attempts: new Map(),
      }
      tables.set(roomId, table)
    }
    return table
  }

  function leave({ roomId, chain }: Table): void {
    tables.delete(roomId)
    chains.delete(roomId)
    if (chain) chains.set(roomId, chain)
    if (chains.size > chainsMax) for (const oldest of chains.keys()) return void chains.delete(oldest)
  }

  async function settle(table: Table): Promise<void> {
    const { round } = table
    if (!round) return
    await settleRound(getApp(), round.id)
    table.round = undefined
    table.attempts.clear()
  }

  async function open(table: Table): Promise<void> {
    const app = getApp()
    const { roomId } = table
    if (app.realtime.count(roomId) === 0) return leave(table)
    const now = app.now()
    const startedAt = Math.abs(now - table.nextAt) > latest ? Math.floor(now / 1_000) * 1_000 : table.nextAt
    const opened = await write(app, async (tx) => {
      const isOn = await hasGames(tx, roomId)
      return isOn ? await openRound(app, tx, { roomId, startedAt, chain: table.chain }) : "off"
    })
    if (opened === "off") return leave(table)
    if (!opened) throw new Error(`Room ${roomId} has an unfinished round, or had one that started then.`)
    Object.assign(table, { ...opened, of: opened.chain, nextAt: startedAt + roundTime })
    app.realtime.toRoom(roomId, roundFrame(opened.round, opened.chain), "extension")
  }

  /** Whatever the outcome of a write that failed, no secret of its chain is used again. */
  async function attempt(table: Table, step: (table: Table) => Promise<void>): Promise<void> {
    try {
      await step(table)
    } catch (error) {
      table.chain = undefined
      table.waitUntil = getApp().now() + pause
      getApp().log.error("a round was not run", { roomId: table.roomId, error })
    }
  }

  async function each(due: Table[], step: (table: Table) => Promise<void>): Promise<void> {
    for (let at = 0; at < due.length; at += atOnce) {
      await Promise.all(due.slice(at, at + atOnce).map((table) => attempt(table, step)))
    }
  }

  /** Takes up rounds that nobody is at: those of a process before this one, or of a write whose end was not known. */
  async function adopt(): Promise<void> {
    const app = getApp()
    const before = hasAll ? app.now() - overdue : Number.MAX_SAFE_INTEGER
    for (const { round, chain } of await unfinishedRounds(app.db.read, before)) {
      const table = tableOf(round.roomId)
      if (table.round) continue
      Object.assign(table, { round, of: chain, chain: undefined, nextAt: round.startedAt + roundTime })
      if (app.now() < round.closesAt) app.realtime.toRoom(round.roomId, roundFrame(round, chain), "extension")
    }
    hasAll = true
  }

  return {
    async seated({ roomId, isHost, isPlayback }) {
      if (roomId === 0 || isHost || isPlayback || tables.has(roomId)) return
      if (await hasGames(getApp().db.read, roomId)) tableOf(roomId)
    },
    introduce(seat) {
      if (seat.isPlayback) return
      const { round, of } = tables.get(seat.roomId) ?? {}
      if (round && of && getApp().now() < round.closesAt) getApp().realtime.answer(seat, roundFrame(round, of))
    },
    async bet(seat, order) {
      // Bets made while it was live stand, but nobody joins in from the room's playback.
      if (seat.isPlayback) refuse("room.not_live")
      const table = tables.get(seat.roomId)
      const attempts = (table?.attempts.get(seat.userId) ?? 0) + 1
      table?.attempts.set(seat.userId, attempts)
      if (attempts > attemptsMax) refuse("server.too_fast")
      await placeBet(getApp(), seat, order)
    },
    async turn() {
      const now = getApp().now()
      // A clock that was set back must neither stop the games nor leave bets lying.
      const isDue = (at: number, within: number) => at <= now || at > now + within
      if (isDue(adoptAt, adoptEvery)) {
        adoptAt = now + adoptEvery
        await adopt()
      }
      const ready = [...tables.values()].filter(({ waitUntil }) => isDue(waitUntil, pause))
      await each(
        ready.filter(({ round }) => round && round.closesAt <= now),
        settle,
      )
      await each(
        ready.filter(({ round, nextAt }) => !round && isDue(nextAt, roundTime)),
        open,
      )
    },
  }
}

const nextSecond = (at: number) => Math.ceil(at / 1_000) * 1_000
