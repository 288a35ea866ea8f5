import { afterAll, beforeAll, describe, expect, test } from "bun:test"
import { createHash } from "node:crypto"
import { startApp, type TestApp } from "../support/app.ts"
import { registers } from "../support/cast.ts"
import { bets, closes, comesTo, endowsScore, recordsOf, roundAt, scoreOf, type Told, turns } from "./stage.ts"

let app: TestApp

beforeAll(async () => {
  app = await startApp()
})

afterAll(() => app[Symbol.asyncDispose]())

const hashOf = (hex: string) => createHash("sha256").update(Buffer.from(hex, "hex")).digest("hex")

async function aGame() {
  const [ana, bo, cai] = [await registers(app, "Ana"), await registers(app, "Bo"), await registers(app, "Cai")]
  const roomId = await ana.opensRoom({ game_type: 1 })
  const atBo = await comesTo(bo, roomId)
  return { ana, bo, cai, roomId, atBo }
}

describe("a round", () => {
  test("takes bets, tells the fixed result, and pays 2.9 to 1 to whom it is due", async () => {
    const { bo, cai, ana, roomId, atBo } = await aGame()
    const [atCai, atAna] = [await comesTo(cai, roomId), await comesTo(ana, roomId)]
    for (const one of [ana, bo, cai]) await endowsScore(one, 1_000)
    const round = await roundAt(app, atBo)
    const { game_id, hash, closes_at } = round
    expect(game_id).toMatch(new RegExp(`^${roomId}_\\d+$`))
    expect(closes_at).toBe(Number(game_id.split("_")[1]) + 30)
    expect(await atCai.hears({ mtype: 1041 })).toEqual(round)
    // Of three who bet on a position each, one wins.
    const all = [
      [bo, atBo, 1],
      [cai, atCai, 2],
      [ana, atAna, 3],
    ] as const
    for (const [phone, socket, pos] of all) {
      const answer = await bets(socket, game_id, pos, 10)
      expect(answer).toEqual({ mtype: 1043, game_id, pos, score: 10, err: 0 })
      expect(await scoreOf(phone)).toBe(990)
    }
    await closes(app, round)
    for (const [phone, socket, pos] of all) {
      const result = await socket.hears({ mtype: 1044 })
      const won = result["pos"] === pos ? 29 : 0
      expect(result).toEqual({ mtype: 1044, game_id, pos: result["pos"], secret: expect.any(String), won })
      expect(hashOf(String(result["secret"]))).toBe(hash)
      expect(await scoreOf(phone)).toBe(990 + won)
    }
  })

  test("follows the one before after 48 seconds, with its secret for a hash", async () => {
    const { roomId, atBo } = await aGame()
    const first = await roundAt(app, atBo)
    expect(first.hash).toBe(first.chain)
    await closes(app, first)
    const { secret } = await atBo.hears({ mtype: 1044 })
    app.pass(17_000)
    await turns(app)
    await atBo.settles()
    expect(atBo.frames.filter(({ mtype }) => mtype === 1041)).toHaveLength(1)
    const second = await roundAt(app, atBo)
    expect(second).toMatchObject({ hash: String(secret), chain: first.chain, salt: first.salt, turn: 2 })
    expect(second.closes_at - first.closes_at).toBe(48)
    await closes(app, second)
    await atBo.hears({ mtype: 1044 })
    const records = await recordsOf(atBo, roomId)
    expect(records.map(({ GameId }) => GameId)).toEqual([second.game_id, first.game_id])
    expect(records[0]).toMatchObject({ RoomId: String(roomId), Hash: second.hash, CreateTime: second.closes_at - 30 })
    expect(records[1]).toMatchObject({ Secret: String(secret), Pos: expect.any(Number), Id: expect.any(Number) })
    expect(await recordsOf(atBo, roomId, { before: records[0]?.["Id"] })).toEqual(records.slice(1))
  })

  test("is run only in rooms that have games and somebody to play", async () => {
    const { ana, roomId, atBo } = await aGame()
    const dee = await registers(app, "Dee")
    const eve = await registers(app, "Eve")
    const plain = await dee.opensRoom()
    const [atPlain, alone] = [await comesTo(eve, plain), await eve.opensRoom({ game_type: 1 })]
    const atAlone = await comesTo(eve, alone)
    await roundAt(app, atBo)
    await atBo.leaves()
    await atAlone.settles()
    for (let n = 0; n < 3; n++) {
      app.pass(48_000)
      await turns(app)
    }
    for (const socket of [atPlain, atAlone]) {
      expect(socket.frames.filter(({ mtype }) => mtype > 1040)).toEqual([])
    }
    const atAna = await comesTo(ana, roomId)
    expect(await recordsOf(atAna, roomId)).toHaveLength(1)
    for (const other of [plain, alone]) expect(await recordsOf(atAna, other)).toEqual([])
  })

  test("under way is told to who comes, and again to who comes back from another phone", async () => {
    const { cai, roomId, atBo } = await aGame()
    const round = await roundAt(app, atBo)
    const atCai = await comesTo(cai, roomId)
    expect((await atCai.hears({ mtype: 1020 })).mtype).toBe(1020)
    expect(await atCai.hears({ mtype: 1041 })).toEqual(round)
    const again = await comesTo(cai, roomId)
    expect(await atCai.closed).toBe(4_048)
    expect(await again.hears({ mtype: 1041 })).toEqual(round)
    app.pass(30_000)
    const late = await comesTo(cai, roomId)
    await late.hears({ mtype: 1020 })
    await late.settles()
    const told = late.frames.filter(({ mtype, game_id }) => mtype === 1041 && game_id === round.game_id)
    expect(told).toEqual([])
  })

  test("of a room that closes is settled all the same, and who won is told", async () => {
    const { ana, bo, roomId, atBo } = await aGame()
    await endowsScore(bo, 30)
    const round = await roundAt(app, atBo)
    for (const pos of [1, 2, 3]) expect(await bets(atBo, round.game_id, pos, 10)).toMatchObject({ err: 0 })
    await ana.ok("POST", "/room/close_room", { roomid: roomId })
    await atBo.closed
    const inLobby = await bo.enters(0, { ext: 1 })
    await closes(app, round)
    expect(await inLobby.hears({ mtype: 1044 })).toMatchObject({ game_id: round.game_id, won: 29 })
    expect(await scoreOf(bo)).toBe(29)
    app.pass(60_000)
    await turns(app)
    expect(await recordsOf(inLobby, roomId)).toHaveLength(1)
  })

  test("goes on over a restart, and takes bets until its time is over", async () => {
    const { bo, roomId, atBo } = await aGame()
    await endowsScore(bo, 100)
    const round = await roundAt(app, atBo)
    expect(await bets(atBo, round.game_id, 1, 10)).toMatchObject({ err: 0 })
    await app.restart()
    const back = await comesTo(bo, roomId)
    expect((await back.hears({ mtype: 1041 })) as Told).toEqual(round)
    for (const pos of [2, 3]) expect(await bets(back, round.game_id, pos, 10)).toMatchObject({ err: 0 })
    await closes(app, round)
    expect(await back.hears({ mtype: 1044 })).toMatchObject({ game_id: round.game_id, won: 29 })
    expect(await scoreOf(bo)).toBe(99)
    app.pass(18_000)
    await turns(app)
    const next = (await back.hears({ mtype: 1041 })) as Told
    // What a process before this one fixed is never gone on with.
    expect(next.chain).not.toBe(round.chain)
    expect(next).toMatchObject({ turn: 1, hash: next.chain })
  })
})
