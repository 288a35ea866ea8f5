import { expect } from "bun:test"
import { comesTo, crowdBets, endowsScore, roundAt } from "../games/stage.ts"
import { endows } from "../gifts/stage.ts"
import { type Home, startApp } from "../support/app.ts"
import { registers } from "../support/cast.ts"
import type { Phone } from "../support/phone.ts"
import { runProgram } from "../support/process.ts"
import { Unanswered } from "./client.ts"
import { ClockedServer } from "./clocked_server.ts"
import { expectWhole, rowsOf, untilDelivered } from "./inspection.ts"
import { Player } from "./player.ts"

/** People at the party, each of whom bets on every position. */
const crowd = 300
/** A long wait means that what was waited for will not come, in milliseconds. */
const patience = 30_000
/** What every player has to begin with. */
const [score, diamonds] = [10_000, 10]

const expectUnanswered = (error: unknown) => {
  if (!(error instanceof Unanswered)) throw error
}

/** The house by day: a host, players, and what the rounds came to. */
export class House implements AsyncDisposable {
  readonly results = new Map<string, number>()
  roomId = 0
  crashes = 0

  constructor(
    readonly server: ClockedServer,
    readonly ana: Player,
    readonly players: Player[],
  ) {}

  [Symbol.asyncDispose]() {
    return this.server.crashes()
  }

  private get everybody(): Player[] {
    return [this.ana, ...this.players]
  }

  async goesLive(): Promise<void> {
    const { roomid } = await this.ana.tells("/room/create_room", { room_name: "Tea", game_type: 1 })
    this.roomId = Number(roomid)
    await this.comes()
  }

  /** Everybody comes to the room, or to the lobby when it is closed. */
  comes = (roomId = this.roomId) => Promise.all(this.everybody.map((one) => one.comes(roomId)))

  /** The round that takes bets, as every player hears of it. */
  async round(): Promise<{ game_id: string; closes_at: number }> {
    const [told] = await Promise.all(this.players.map((player) => player.hears({ mtype: 1041 })))
    return told as never
  }

  /** Is killed once so many promises were kept of what is under way, and is back when the clock says so. */
  async crashesAmid(
    work: (told: () => void) => Promise<unknown>[],
    enough: number,
    back = this.server.now,
  ): Promise<void> {
    let promises = 0
    const { promise: crashed, resolve } = Promise.withResolvers<void>()
    const told = () => {
      promises += 1
      if (promises === enough) void this.server.crashes().then(resolve)
    }
    const underWay = work(told).map((one) => one.catch(expectUnanswered))
    await Promise.all([...underWay, crashed])
    await this.isBack(back)
  }

  /** Is killed as soon as the newest round is seen to have come so far. */
  async crashesOnce(condition: string): Promise<void> {
    const newest = `SELECT id FROM game_rounds WHERE id = (SELECT max(id) FROM game_rounds) AND ${condition}`
    const deadline = Date.now() + patience
    while ((await rowsOf(this.server.home, newest)).length === 0) {
      if (Date.now() > deadline) throw new Error(`No round has ${condition}.`)
    }
    await this.server.crashes()
    await this.isBack(this.server.now)
  }

  /** Everybody bets on every position, again and again. */
  storm = (game_id: string) => (told: () => void) =>
    this.players.map(async (player) => {
      for (let n = 0; n < 9; n++) {
        await player.plays(game_id, (n % 3) + 1, 10 + n)
        told()
      }
    })

  async isBack(at: number): Promise<void> {
    this.crashes += 1
    this.server.strikes(at)
    await this.server.starts()
  }

  /** What the crash left open is found out, and then all is as it was acknowledged. */
  async addsUp(): Promise<void> {
    for (const player of this.everybody) await player.clearsUp(this.ana)
    await untilDelivered(this.server.home)
    await expectWhole(this.server.home)
    for (const player of this.everybody) await player.hasWhatIsDue(this.results)
    const made = await rowsOf(this.server.home, "SELECT user_id, count(*) AS n FROM game_bets GROUP BY user_id")
    for (const { member, taken } of this.players) {
      const row = made.find(({ user_id }) => Number(user_id) === member.uid)
      expect(Number(row?.["n"] ?? 0)).toBe(taken.size)
    }
    const { code, printed } = await runProgram(["audit"], this.server.env)
    expect({ code, printed: code === 0 ? "" : printed }).toEqual({ code: 0, printed: "" })
  }

  /** Waits until a round is over, and notes what anybody is told of it. */
  async isOver(game_id: string): Promise<void> {
    const deadline = Date.now() + patience
    while (!this.results.has(game_id) && Date.now() < deadline) {
      for (const [name, pos] of await this.ana.recordsOf(this.roomId)) this.results.set(name, pos)
    }
    expect([...this.results.keys()]).toContain(game_id)
  }

  /** Everybody who bet the night before has what the position that won brought, once. */
  async partyIsPaid(): Promise<void> {
    const paid = "SELECT id FROM game_rounds WHERE state = 'settled'"
    const deadline = Date.now() + patience
    while ((await rowsOf(this.server.home, paid)).length === 0 && Date.now() < deadline) await Bun.sleep(20)
    const [round] = await rowsOf(this.server.home, "SELECT state, bets, paid FROM game_rounds")
    const { state, bets, paid: sum } = round ?? {}
    expect({ state, bets: Number(bets), paid: Number(sum) }).toEqual({
      state: "settled",
      bets: 3 * crowd,
      paid: 29 * crowd,
    })
  }

  /** How many bets nobody has seen to. */
  async betsLeft(): Promise<number> {
    return (await rowsOf(this.server.home, "SELECT id FROM game_bets WHERE outcome IS NULL")).length
  }
}

/**
 * A night with a crowd that bets on every position, and a morning with a server that is not started yet: everybody has
 * score, and the round of the night is not over.
 */
export async function partiesAtNight(home: Home, zone: string, morning: number): Promise<House> {
  const env = { ...home.env, TIMEZONE: zone, HOST_GRACE: "600" }
  let now = morning
  await using app = await startApp(env, { now: () => now })
  app.pass = (milliseconds) => {
    now += milliseconds
  }
  const phones = [await registers(app, "Bo"), await registers(app, "Cai"), await registers(app, "Dee")]
  const host = await registers(app, "Ana")
  for (const phone of phones) await endowsScore(phone, score)
  for (const phone of phones) await endows(phone, diamonds)
  const roomId = await host.opensRoom({ game_type: 1 })
  const [viewer] = phones
  if (!viewer) throw new Error("nobody is there")
  const { game_id } = await roundAt(app, await comesTo(viewer, roomId))
  await crowdBets(app, roomId, game_id, crowd)
  const server = new ClockedServer(home, env, morning)
  const plays = ({ uid, token }: Phone) => new Player(server, { uid, token }, score, diamonds)
  return new House(server, new Player(server, { uid: host.uid, token: host.token }, 0, 0), phones.map(plays))
}
