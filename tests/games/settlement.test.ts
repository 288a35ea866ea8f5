import { afterAll, beforeAll, describe, expect, test } from "bun:test"
import { eq } from "drizzle-orm"
import { write } from "../../src/db/write.ts"
import { settleRound } from "../../src/games/settlement.ts"
import { gameBets, gameChains, gameRounds } from "../../src/games/tables.ts"
import { auditLedger } from "../../src/ledger_audit/audit.ts"
import { taskProgress } from "../../src/tasks/tables.ts"
import { wallets } from "../../src/wallet/tables.ts"
import { startApp, type TestApp } from "../support/app.ts"
import { registers } from "../support/cast.ts"
import { bets, closes, comesTo, crowdBets, endowsScore, foresees, recordsOf, roundAt, scoreOf, turns } from "./stage.ts"

let app: TestApp

beforeAll(async () => {
  app = await startApp()
})

afterAll(() => app[Symbol.asyncDispose]())

async function aRound() {
  const [ana, bo] = [await registers(app, "Ana"), await registers(app, "Bo")]
  const roomId = await ana.opensRoom({ game_type: 1 })
  await endowsScore(bo, 1_000)
  const atBo = await comesTo(bo, roomId)
  const round = await roundAt(app, atBo)
  return { ana, bo, roomId, atBo, round, game_id: round.game_id }
}

const expectSound = async () => {
  const { findings } = await auditLedger(app.running.app)
  expect(findings.filter(({ differences }) => differences > 0)).toEqual([])
}

describe("a round", () => {
  test("of more people than one write sees to is paid in several, each bet once, whoever else is at it", async () => {
    const { roomId, atBo, round, game_id } = await aRound()
    const { round: row, pos } = await foresees(app, round)
    const players = await crowdBets(app, roomId, game_id, 250)
    app.pass(30_000)
    // The scheduler is at it too.
    await Promise.all([1, 2, 3].map(() => settleRound(app.running.app, row.id)))
    expect(await settleRound(app.running.app, row.id)).toBe(false)
    expect(await atBo.hears({ mtype: 1044 })).toMatchObject({ game_id, pos, won: 0 })
    const made = await app.running.app.db.read.select().from(gameBets).where(eq(gameBets.roundId, row.id))
    expect(made.filter(({ outcome }) => outcome === "won").every((bet) => bet.pos === pos && bet.paid === 29)).toBe(
      true,
    )
    expect(made.reduce((sum, { paid }) => sum + paid, 0)).toBe(250 * 29)
    for (const userId of players.slice(0, 3)) {
      const [wallet] = await app.running.app.db.read.select().from(wallets).where(eq(wallets.userId, userId))
      expect(wallet?.score).toBe(29)
    }
    const [after] = await app.running.app.db.read.select().from(gameRounds).where(eq(gameRounds.id, row.id))
    expect(after).toMatchObject({ state: "settled", bets: 750, staked: 7_500, paid: 7_250 })
    await expectSound()
  }, 60_000)

  test("whose secret is lost with the data key gives the bets back", async () => {
    const { bo, roomId, atBo, round, game_id } = await aRound()
    for (const pos of [1, 2]) await bets(atBo, game_id, pos, 100)
    const { chain } = await foresees(app, round)
    const another = { sealedSeed: `v1.${Buffer.alloc(60).toString("base64url")}` }
    await write(app.running.app, (tx) =>
      tx.update(gameChains).set(another).where(eq(gameChains.id, chain.id)).returning({ id: gameChains.id }),
    )
    await closes(app, round)
    expect(await atBo.hears({ mtype: 1044 })).toEqual({ mtype: 1044, game_id, pos: 0, secret: "", won: 200 })
    expect(await scoreOf(bo)).toBe(1_000)
    expect(await recordsOf(atBo, roomId)).toMatchObject([{ GameId: game_id, Pos: 0, Secret: "" }])
    expect(app.logged.filter((line) => line.includes("a round's secret is lost"))).toHaveLength(1)
    await expectSound()
  })

  test("whose result was told keeps it, though the data key is lost while it is being paid", async () => {
    const { bo, atBo, round, game_id } = await aRound()
    const { chain, pos, secret, round: row } = await foresees(app, round)
    await bets(atBo, game_id, pos, 100)
    await write(app.running.app, async (tx) => {
      const told = { state: "settling", pos, secret } as const
      await tx.update(gameRounds).set(told).where(eq(gameRounds.id, row.id)).returning()
      return tx.update(gameChains).set({ sealedSeed: "lost" }).where(eq(gameChains.id, chain.id)).returning()
    })
    expect(await bets(atBo, game_id, pos, 100)).toMatchObject({ err: 5 })
    await closes(app, round)
    expect(await atBo.hears({ mtype: 1044 })).toEqual({ mtype: 1044, game_id, pos, secret, won: 290 })
    expect(await scoreOf(bo)).toBe(1_190)
    await expectSound()
  })

  test("that cannot be opened is tried again on a new chain, and holds up no other", async () => {
    const [one, other] = [await aRound(), await aRound()]
    for (const { round } of [one, other]) await closes(app, round)
    const { realtime } = app.running.app
    const { count } = realtime
    realtime.count = (roomId) => {
      if (roomId === one.roomId) throw new Error("nobody knows")
      return count(roomId)
    }
    app.pass(18_000)
    await turns(app)
    expect(await other.atBo.hears({ mtype: 1041 })).toMatchObject({ turn: 2, chain: other.round.chain })
    expect(app.logged.some((line) => line.includes("a round was not run"))).toBe(true)
    realtime.count = count
    app.pass(6_000)
    const again = await roundAt(app, one.atBo)
    expect(again).toMatchObject({ turn: 1, hash: again.chain })
    expect(again.chain).not.toBe(one.round.chain)
  })

  test("counts for tasks when one gets more out than was put in, once however many bets won", async () => {
    const { bo, atBo, round, game_id } = await aRound()
    const { pos } = await foresees(app, round)
    for (let n = 0; n < 3; n++) await bets(atBo, game_id, pos, 10)
    await closes(app, round)
    await atBo.hears({ mtype: 60 })
    const winsOf = async () => {
      const { read } = app.running.app.db
      const rows = await read.select().from(taskProgress).where(eq(taskProgress.userId, bo.uid))
      return rows.map(({ target, count }) => ({ target, count }))
    }
    expect(await winsOf()).toEqual([{ target: 0, count: 1 }])
    app.pass(18_000)
    await turns(app)
    const next = await roundAt(app, atBo)
    for (const pos of [1, 2, 3]) await bets(atBo, next.game_id, pos, 10)
    await closes(app, next)
    await atBo.hears({ mtype: 1044, game_id: next.game_id })
    expect(await winsOf()).toEqual([{ target: 0, count: 1 }])
  })

  test("gives nothing away before its time, to whoever has the database and the log", async () => {
    const { atBo, round, game_id } = await aRound()
    await bets(atBo, game_id, 1, 10)
    const { secret, seed } = await foresees(app, round)
    const { read } = app.running.app.db
    const kept = JSON.stringify([
      await read.select().from(gameChains),
      await read.select().from(gameRounds),
      app.logged,
    ])
    for (const hidden of [secret, seed]) expect(kept).not.toContain(hidden)
    expect(JSON.stringify(atBo.frames)).not.toContain(secret)
    await closes(app, round)
    expect(await atBo.hears({ mtype: 1044 })).toMatchObject({ secret })
  })

  test("in which nobody bet is forgotten after a week, others never", async () => {
    const { atBo, roomId, round, game_id } = await aRound()
    await bets(atBo, game_id, 1, 10)
    await closes(app, round)
    await atBo.hears({ mtype: 1044 })
    app.pass(18_000)
    await turns(app)
    const empty = await roundAt(app, atBo)
    await closes(app, empty)
    await atBo.hears({ mtype: 1044, game_id: empty.game_id })
    expect(await recordsOf(atBo, roomId)).toHaveLength(2)
    await atBo.leaves()
    const back = await (await registers(app, "Cai")).enters(0)
    app.pass(7 * 86_400_000 + 60_000)
    await app.running.jobs.runNow("games.forget_empty")
    expect(await recordsOf(back, roomId)).toMatchObject([{ GameId: game_id }])
    await expectSound()
  })
})
