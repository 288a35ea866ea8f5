import { expect, test } from "bun:test"
import { comesTo, crowdBets, endowsScore, roundAt, turns } from "../games/stage.ts"
import { type Home, startApp, type TestApp } from "../support/app.ts"
import { registers } from "../support/cast.ts"
import { runProgram, startProgram } from "../support/process.ts"
import type { Socket } from "../support/socket.ts"
import { enter } from "./client.ts"
import { homeOfItsOwn, rowsOf } from "./inspection.ts"

const minute = 60_000

async function expectSound(home: Home): Promise<void> {
  const { code, printed } = await runProgram(["audit"], home.env)
  expect({ code, printed: code === 0 ? "" : printed }).toEqual({ code: 0, printed: "" })
}

const stateOf = async (home: Home) => {
  const [round] = await rowsOf(home, "SELECT state, bets, staked, paid FROM game_rounds")
  return { state: String(round?.["state"]), bets: Number(round?.["bets"]), paid: Number(round?.["paid"]) }
}

test(
  "killed again and again while it pays a large round, the server pays every bet once",
  async () => {
    const people = 900
    await using home = await homeOfItsOwn()
    {
      // A while ago, so that the round is due for whoever starts now.
      await using app = await startAhead(home, -minute)
      const [ana, bo] = [await registers(app, "Ana"), await registers(app, "Bo")]
      const roomId = await ana.opensRoom({ game_type: 1 })
      const { game_id } = await roundAt(app, await comesTo(bo, roomId))
      // So many bets may take longer than the round does.
      app.stopsClock()
      await crowdBets(app, roomId, game_id, people)
      expect(await stateOf(home)).toEqual({ state: "open", bets: 3 * people, paid: 0 })
    }
    /** What was paid when the server was killed in the midst of it. */
    const interrupted: number[] = []
    let after = await stateOf(home)
    for (let round = 0; round < 12 && after.state !== "settled"; round++) {
      await using program = await startProgram(home.env)
      const before = after.paid
      do after = await stateOf(home)
      while (after.paid === before && after.state !== "settled")
      program.kill("SIGKILL")
      await program.exited
      after = await stateOf(home)
      if (after.state === "settling") interrupted.push(after.paid)
      if (after.state === "settling") await expectSound(home)
    }
    expect(interrupted.length).toBeGreaterThan(0)
    expect(after).toEqual({ state: "settled", bets: 3 * people, paid: 29 * people })
    await expectSound(home)
  },
  10 * minute,
)

test(
  "killed in a storm of bets, the server has each once, and settles them when it is back",
  async () => {
    await using home = await homeOfItsOwn()
    const env = { ...home.env, HOST_GRACE: "600" }
    const scene = await setScene(home)
    const taken = new Set<string>()
    let program = await startProgram(env)
    try {
      let game_id = ""
      const asked: { request_id: string; pos: number }[] = []
      for (let kill = 0; kill < 4; kill++) {
        const socket = await enter(program.url, scene.roomId, { ...scene.player, ext: 1 })
        const round = await socket.hears({ mtype: 1041 })
        game_id ||= String(round["game_id"])
        expect(round["game_id"]).toBe(game_id)
        // What nobody knows the end of is asked again under its own number.
        for (const bet of asked) if (!taken.has(bet.request_id)) await bets(socket, { ...bet, game_id }, taken)
        const storm = async () => {
          for (let n = 0; n < 4; n++) {
            const bet = { request_id: `${kill}.${n}`, pos: (n % 3) + 1 }
            asked.push(bet)
            await bets(socket, { ...bet, game_id }, taken)
          }
        }
        const raging = storm().catch(() => {})
        while (taken.size < 4 * kill + 2) await Bun.sleep(1)
        program.kill("SIGKILL")
        await Promise.all([program.exited, raging])
        program = await startProgram(env)
      }
      const socket = await enter(program.url, scene.roomId, { ...scene.player, ext: 1 })
      await socket.hears({ mtype: 1041, game_id })
      for (const bet of asked) await bets(socket, { ...bet, game_id }, taken)
      program.kill("SIGTERM")
      await program.exited
      expect(await rowsOf(home, "SELECT id FROM game_bets")).toHaveLength(asked.length)
      expect(taken.size).toBe(asked.length)
    } finally {
      program.kill("SIGKILL")
      await program.exited
    }
    await expectSound(home)
    await using later = await startAhead(home, 10 * minute)
    await turns(later)
    const rows = await rowsOf(home, "SELECT outcome, count(*) AS n FROM game_bets GROUP BY outcome ORDER BY outcome")
    expect(rows.map(({ outcome }) => outcome)).not.toContain(null)
    await expectSound(home)
  },
  10 * minute,
)

async function bets(socket: Socket, bet: { request_id: string; pos: number; game_id: string }, taken: Set<string>) {
  socket.sends({ mtype: 1042, score: 10, ...bet })
  const { err, request_id } = await socket.hears({ mtype: 1043, request_id: bet.request_id })
  expect(err).toBe(0)
  taken.add(String(request_id))
}

/** The server in this process, so many milliseconds ahead of ours, with a clock that can be stopped. */
async function startAhead(home: Home, ahead: number): Promise<TestApp & { stopsClock(): void }> {
  let now = () => Date.now() + ahead
  const app = await startApp(home.env, { now: () => now() })
  app.pass = (milliseconds) => {
    const before = now
    now = () => before() + milliseconds
  }
  const stopsClock = () => {
    const at = now()
    now = () => at
  }
  return Object.assign(app, { stopsClock })
}

/** Ana's room, and Bo, who has score. The round is of later, so that it takes bets for as long as the story goes on. */
async function setScene(home: Home) {
  await using app = await startAhead(home, 5 * minute)
  const [ana, bo] = [await registers(app, "Ana"), await registers(app, "Bo")]
  const roomId = await ana.opensRoom({ game_type: 1 })
  await endowsScore(bo, 1_000)
  await roundAt(app, await comesTo(bo, roomId))
  return { roomId, player: { token: bo.token, uid: bo.uid } }
}
