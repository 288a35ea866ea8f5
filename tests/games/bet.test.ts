import { afterAll, beforeAll, describe, expect, test } from "bun:test"
import { eq } from "drizzle-orm"
import { gameBets } from "../../src/games/tables.ts"
import { amends } from "../gifts/stage.ts"
import { startApp, type TestApp } from "../support/app.ts"
import { registers } from "../support/cast.ts"
import { bets, closes, comesTo, endowsScore, roundAt, scoreOf, turns } from "./stage.ts"

let app: TestApp

beforeAll(async () => {
  app = await startApp()
})

afterAll(() => app[Symbol.asyncDispose]())

async function aRound(score = 1_000) {
  const [ana, bo] = [await registers(app, "Ana"), await registers(app, "Bo")]
  const roomId = await ana.opensRoom({ game_type: 1 })
  if (score > 0) await endowsScore(bo, score)
  const atBo = await comesTo(bo, roomId)
  const round = await roundAt(app, atBo)
  return { ana, bo, roomId, atBo, round, game_id: round.game_id }
}

const betsOf = (userId: number) =>
  app.running.app.db.read.select().from(gameBets).where(eq(gameBets.userId, userId)).orderBy(gameBets.id)

describe("a bet", () => {
  test("is of 1 to 10,000 score that one has, on one of three positions, and refused says why", async () => {
    const { bo, atBo, game_id } = await aRound(10_050)
    expect(await bets(atBo, game_id, 1, 10_000)).toMatchObject({ err: 0 })
    expect(await bets(atBo, game_id, 1, 51)).toEqual({ mtype: 1043, game_id, pos: 1, score: 51, err: 78 })
    expect(await bets(atBo, game_id, 3, 50)).toMatchObject({ err: 0 })
    const unfit = [
      [1, 0],
      [1, 10_001],
      [1, -5],
      [1, 1.5],
      [0, 5],
      [4, 5],
    ] as const
    for (const [pos, score] of unfit) {
      expect(await bets(atBo, game_id, pos, score)).toEqual({ mtype: 1043, game_id, pos, score, err: 10 })
    }
    for (const name of ["", "1_2_3", "x", `0${game_id}`, `${game_id.split("_")[0]}_5`, "1_1491963608", {}, null]) {
      expect(await bets(atBo, name as string, 1, 5)).toMatchObject({ err: 10 })
    }
    atBo.sends({ mtype: 1042 })
    expect(await atBo.hears({ mtype: 1043 })).toEqual({ mtype: 1043, game_id: "", pos: 0, score: 0, err: 10 })
    expect(await bets(atBo, game_id, 1, 5, { request_id: 5 })).toMatchObject({ err: 10 })
    expect(await scoreOf(bo)).toBe(0)
    expect(await betsOf(bo.uid)).toHaveLength(2)
  })

  test("sent again under its own number is the same bet, also when it is too late for another", async () => {
    const { bo, atBo, round, game_id } = await aRound()
    const first = await bets(atBo, game_id, 2, 10, { request_id: "one" })
    expect(first).toEqual({ mtype: 1043, game_id, pos: 2, score: 10, err: 0, request_id: "one" })
    expect(await bets(atBo, game_id, 2, 10, { request_id: "one" })).toEqual(first)
    expect(await bets(atBo, game_id, 2, 11, { request_id: "one" })).toMatchObject({ err: 31 })
    expect(await bets(atBo, game_id, 2, 10, { request_id: "two" })).toMatchObject({ err: 0 })
    expect(await bets(atBo, game_id, 2, 10_000, { request_id: "three" })).toMatchObject({ err: 78 })
    app.pass(30_000)
    expect(await bets(atBo, game_id, 2, 10, { request_id: "one" })).toEqual(first)
    expect(await bets(atBo, game_id, 2, 10, { request_id: "four" })).toMatchObject({ err: 5 })
    expect(await betsOf(bo.uid)).toHaveLength(2)
    await closes(app, round)
  })

  test("is taken to the very end, and not a moment after, whether or not the result is told", async () => {
    const app = await startApp({}, { now: () => clock })
    try {
      const [ana, bo] = [await registers(app, "Ana"), await registers(app, "Bo")]
      const roomId = await ana.opensRoom({ game_type: 1 })
      await endowsScore(bo, 100)
      const atBo = await comesTo(bo, roomId)
      await atBo.settles()
      clock += 1_000
      await turns(app)
      const { game_id, closes_at } = (await atBo.hears({ mtype: 1041 })) as never as {
        game_id: string
        closes_at: number
      }
      clock = closes_at * 1_000 - 1
      await turns(app)
      expect(await bets(atBo, game_id, 1, 10)).toMatchObject({ err: 0 })
      await atBo.settles()
      expect(atBo.frames.filter(({ mtype }) => mtype === 1044)).toEqual([])
      clock += 1
      expect(await bets(atBo, game_id, 1, 10)).toMatchObject({ err: 5 })
      await turns(app)
      await atBo.hears({ mtype: 1044, game_id })
      // A clock that is set back opens nothing again.
      clock -= 10_000
      expect(await bets(atBo, game_id, 1, 10)).toMatchObject({ err: 5 })
    } finally {
      await app[Symbol.asyncDispose]()
    }
  })

  test("is one of twenty at most that a person has in a round, and of sixty that one may ask for", async () => {
    const { bo, atBo, round, game_id } = await aRound()
    const answers: unknown[] = []
    for (let n = 0; n < 61; n++) answers.push((await bets(atBo, game_id, 1, 1))["err"])
    expect(answers).toEqual([...Array(20).fill(0), ...Array(40).fill(58), 1])
    expect(await scoreOf(bo)).toBe(980)
    await closes(app, round)
    app.pass(18_000)
    const next = await roundAt(app, atBo)
    expect(await bets(atBo, next.game_id, 1, 1)).toMatchObject({ err: 0 })
  })

  test("is not taken from another room, from who is suspended, nor on a socket that hears no answer", async () => {
    const { bo, roomId, game_id } = await aRound()
    const dee = await registers(app, "Dee")
    const elsewhere = await dee.opensRoom({ game_type: 1 })
    const there = await comesTo(bo, elsewhere)
    expect(await bets(there, game_id, 1, 10)).toMatchObject({ err: 10 })
    const inLobby = await bo.enters(0, { ext: 1 })
    expect(await bets(inLobby, game_id, 1, 10)).toMatchObject({ err: 10 })
    const plain = await bo.enters(roomId)
    plain.sends({ mtype: 1042, game_id, pos: 1, score: 10 })
    expect(await plain.hears({ mtype: 4 })).toEqual({ mtype: 4, err: 10 })
    const back = await comesTo(bo, roomId)
    await amends(bo, { bannedUntil: app.running.app.now() + 60_000 })
    expect(await bets(back, game_id, 1, 10)).toMatchObject({ err: 59 })
    await amends(bo, { bannedUntil: 0 })
    expect(await bets(back, game_id, 1, 10)).toMatchObject({ err: 0 })
    expect(await betsOf(bo.uid)).toHaveLength(1)
  })

  test("brings whole score, bet by bet rounded down", async () => {
    const { bo, atBo, round, game_id } = await aRound(1_000)
    for (const pos of [1, 2, 3]) for (const score of [1, 3, 4, 10, 99]) await bets(atBo, game_id, pos, score)
    await closes(app, round)
    expect(await atBo.hears({ mtype: 1044 })).toMatchObject({ won: 2 + 8 + 11 + 29 + 287 })
    expect(await scoreOf(bo)).toBe(1_000 - 3 * 117 + 337)
  })
})

let clock = 1_800_000_000_500

describe("records", () => {
  test("are told to any socket, of any room, and asked for by its number", async () => {
    const { bo, roomId, atBo, round } = await aRound()
    await closes(app, round)
    await atBo.hears({ mtype: 1044 })
    const plain = await bo.enters(0)
    plain.sends({ mtype: 47, room_id: roomId })
    expect(await plain.hears({ mtype: 48 })).toMatchObject({ record: [{ GameId: round.game_id }] })
    plain.sends({ mtype: 47, room_id: "999999" })
    expect(await plain.hears({ mtype: 48 })).toEqual({ mtype: 48, record: [] })
    for (const room_id of [undefined, "x", -1]) {
      plain.sends({ mtype: 47, room_id })
      expect(await plain.hears({ mtype: 4 })).toMatchObject({ err: 10 })
    }
  })
})
