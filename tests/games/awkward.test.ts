import { afterAll, beforeAll, describe, expect, test } from "bun:test"
import { eq } from "drizzle-orm"
import { erasePerson } from "../../src/admin/erase.ts"
import { write } from "../../src/db/write.ts"
import { settleRound } from "../../src/games/settlement.ts"
import { gameBets, gameChains, gameRounds } from "../../src/games/tables.ts"
import { auditLedger } from "../../src/ledger_audit/audit.ts"
import { walletOf } from "../../src/wallet/wallet.ts"
import { amends } from "../gifts/stage.ts"
import { startApp, type TestApp } from "../support/app.ts"
import { registers } from "../support/cast.ts"
import { bets, closes, comesTo, endowsScore, foresees, recordsOf, roundAt, scoreOf, turns } from "./stage.ts"

let now = 1_800_000_000_000
let app: TestApp

beforeAll(async () => {
  app = await startApp({}, { now: () => now })
  app.pass = (milliseconds) => {
    now += milliseconds
  }
})

afterAll(() => app[Symbol.asyncDispose]())

const minute = 60_000

/** Bo has 30 of 1,000 score on each position of a round that takes bets. */
async function aRound() {
  const [ana, bo] = [await registers(app, "Ana"), await registers(app, "Bo")]
  const roomId = await ana.opensRoom({ game_type: 1 })
  await endowsScore(bo, 1_000)
  const atBo = await comesTo(bo, roomId)
  const round = await roundAt(app, atBo)
  for (const pos of [1, 2, 3]) expect(await bets(atBo, round.game_id, pos, 30)).toMatchObject({ err: 0 })
  const known = await foresees(app, round)
  return { ana, bo, roomId, atBo, round, known }
}

const after = 1_000 - 90 + 87

const expectSound = async () => {
  const { findings } = await auditLedger(app.running.app)
  expect(findings.filter(({ differences }) => differences > 0)).toEqual([])
}

const chainHas = (id: number, sealedSeed: string) =>
  write(app.running.app, (tx) =>
    tx.update(gameChains).set({ sealedSeed }).where(eq(gameChains.id, id)).returning({ id: gameChains.id }),
  )

describe("between the bets and the result", () => {
  test("somebody is banned, and is paid all the same", async () => {
    const { bo, atBo, round } = await aRound()
    await amends(bo, { bannedUntil: now + 60 * minute })
    expect(await bets(atBo, round.game_id, 1, 10)).toMatchObject({ err: 59 })
    await closes(app, round)
    await atBo.hears({ mtype: 1044, won: 87 })
    expect((await walletOf(app.running.app.db.read, bo.uid)).score).toBe(after)
    await expectSound()
  })

  test("somebody is erased: what the bets bring is nobody's, and the ledger whole", async () => {
    const { bo, round, known } = await aRound()
    const erasure = { userId: bo.uid, actor: "cli", why: "a story", evenWithMoney: true } as const
    expect(await erasePerson(app.running.app, erasure)).toContain("90 score on bets")
    await closes(app, round)
    const made = await app.running.app.db.read.select().from(gameBets).where(eq(gameBets.roundId, known.round.id))
    expect(made.map(({ outcome }) => outcome).sort()).toEqual(["lost", "lost", "won"])
    await bo.fails(7, "GET", "/action/get/diamond_score")
    await expectSound()
  })

  test("the data key is lost: bets are given back, and not paid as well when it is found again", async () => {
    const { bo, atBo, round, known } = await aRound()
    await chainHas(known.chain.id, "lost")
    await closes(app, round)
    await atBo.hears({ mtype: 1044, pos: 0, won: 90 })
    await chainHas(known.chain.id, known.chain.sealedSeed)
    expect(await settleRound(app.running.app, known.round.id)).toBe(false)
    await app.restart()
    await turns(app)
    expect(await scoreOf(bo)).toBe(1_000)
    await expectSound()
  })

  test("the server fails at paying: no word of the result gets out, and it is paid once when it can be", async () => {
    const { bo, atBo, round, known, roomId } = await aRound()
    const { pos, secret } = known
    expect(await bets(atBo, round.game_id, pos, 100)).toMatchObject({ err: 0 })
    const { taskProgress } = app.running.app
    const { count } = taskProgress
    // The last thing of a payment, with all of it behind.
    taskProgress.count = () => {
      throw new Error("the disk is full")
    }
    await closes(app, round)
    expect(app.logged.some((line) => line.includes("a round was not run"))).toBe(true)
    const { read } = app.running.app.db
    const [open] = await read.select().from(gameRounds).where(eq(gameRounds.id, known.round.id))
    expect(open).toMatchObject({ state: "open", pos: null, secret: null, paid: 0 })
    await atBo.settles()
    expect(JSON.stringify([app.logged, atBo.frames, await recordsOf(atBo, roomId)])).not.toContain(secret)
    expect(await bets(atBo, round.game_id, pos, 10)).toMatchObject({ err: 5 })
    expect(await scoreOf(bo)).toBe(810)

    taskProgress.count = count
    app.pass(5_000)
    await turns(app)
    expect(await atBo.hears({ mtype: 1044 })).toMatchObject({ pos, secret, won: 377 })
    expect(await scoreOf(bo)).toBe(810 + 377)
    await expectSound()
  })

  test("a large round is half paid: the result is told to nobody before it is paid whole", async () => {
    const { atBo, round, known, roomId } = await aRound()
    const { pos, secret } = known
    app.pass(round.closes_at * 1_000 - now)
    await write(app.running.app, (tx) =>
      tx
        .update(gameRounds)
        .set({ state: "settling", pos, secret })
        .where(eq(gameRounds.id, known.round.id))
        .returning(),
    )
    const [records, late] = [await recordsOf(atBo, roomId), await bets(atBo, round.game_id, pos, 10)]
    expect({ records, late }).toMatchObject({ records: [], late: { err: 5 } })
    await turns(app)
    await atBo.hears({ mtype: 1044, pos, won: 87 })
    await expectSound()
  })
})

describe("a clock that is set back", () => {
  test("pays nothing again, takes no bet on what is known, and the games go on", async () => {
    const { bo, atBo, round, known } = await aRound()
    await closes(app, round)
    await atBo.hears({ mtype: 1044 })
    now -= 20_000
    expect(await bets(atBo, round.game_id, known.pos, 100)).toMatchObject({ err: 5 })
    expect(await settleRound(app.running.app, known.round.id)).toBe(false)
    now -= 60 * minute
    await turns(app)
    const next = await roundAt(app, atBo)
    expect(next.closes_at).toBeLessThan(round.closes_at)
    expect(await bets(atBo, next.game_id, 1, 10)).toMatchObject({ err: 0 })
    await closes(app, next)
    await atBo.hears({ mtype: 1044, game_id: next.game_id })
    const { pos } = await foresees(app, next)
    expect(await scoreOf(bo)).toBe(after - 10 + (pos === 1 ? 29 : 0))
    await expectSound()
    now += 90 * minute
  })

  test("holds up neither a room that had trouble, nor bets that nobody is at", async () => {
    const { atBo, round, known } = await aRound()
    const { realtime } = app.running.app
    await closes(app, round)
    await atBo.hears({ mtype: 1044 })
    const { count } = realtime
    realtime.count = () => {
      throw new Error("nobody knows")
    }
    app.pass(18_000)
    await turns(app)
    realtime.count = count
    now -= 60 * minute
    await turns(app)
    const next = await atBo.hears({ mtype: 1041 })
    expect(next["chain"]).not.toBe(round.chain)

    await closes(app, next as never)
    await atBo.hears({ mtype: 1044, game_id: next["game_id"] })

    // As a write leaves it whose end was not known.
    const startedAt = now - 60_000
    const { roomId, chainId } = known.round
    const left = {
      roomId,
      chainId,
      turn: 200,
      hash: "",
      state: "open",
      startedAt,
      closesAt: startedAt + 30_000,
    } as const
    now -= 20_000
    await write(app.running.app, (tx) => tx.insert(gameRounds).values(left).returning({ id: gameRounds.id }))
    await turns(app)
    await atBo.hears({ mtype: 1044, pos: 0 })
    now += 90 * minute
  })
})

test("bets at the last moment, from all sides, are settled or refused, never forgotten", async () => {
  const ana = await registers(app, "Ana")
  const roomId = await ana.opensRoom({ game_type: 1 })
  const players = await Promise.all(Array.from({ length: 8 }, () => registers(app, "Bo")))
  for (const player of players) await endowsScore(player, 100)
  const sockets = await Promise.all(players.map((player) => comesTo(player, roomId)))
  const atCai = await comesTo(await registers(app, "Cai"), roomId)
  const round = await roundAt(app, atCai)
  const { round: row } = await foresees(app, round)
  now = round.closes_at * 1_000 - 1
  const codes: unknown[] = []
  const { promise: raging, resolve } = Promise.withResolvers<void>()
  const storm = sockets.map(async (socket) => {
    for (let n = 0; n < 6; n++) {
      codes.push((await bets(socket, round.game_id, 1 + (n % 3), 1))["err"])
      if (codes.length === 12) resolve()
    }
  })
  await raging
  now += 1
  await Promise.all([turns(app), settleRound(app.running.app, row.id), ...storm])
  expect(new Set(codes)).toEqual(new Set([0, 5]))
  await atCai.hears({ mtype: 1044 })
  const made = await app.running.app.db.read.select().from(gameBets).where(eq(gameBets.roundId, row.id))
  expect(made).toHaveLength(codes.filter((code) => code === 0).length)
  expect(made.filter(({ outcome }) => outcome === null)).toEqual([])
  await expectSound()
}, 20_000)

test("what is no whole number of score is no bet", async () => {
  const { bo, atBo, round } = await aRound()
  const unfit = [
    "1e3",
    "1.5",
    "-5",
    "+5",
    " 5",
    "0x10",
    "",
    true,
    [5],
    {},
    null,
    0.1,
    -0.5,
    1e21,
    "10001",
    "9".repeat(40),
  ]
  for (const score of unfit) {
    expect(await bets(atBo, round.game_id, 1, score as number)).toMatchObject({ err: 10 })
  }
  expect(await scoreOf(bo)).toBe(910)
})
