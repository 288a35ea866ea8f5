import { expect, test } from "bun:test"
import { SQL } from "bun"
import fc from "fast-check"
import { engine } from "../../src/db/kit.ts"
import { blocks, follows } from "../../src/social/tables.ts"
import { converse, requestText } from "../hostile/support/raw_http.ts"
import { startApp, type TestApp } from "../support/app.ts"
import type { Answer, Phone } from "../support/phone.ts"
import { assertCounted, countsOf, registerAll } from "./stage.ts"

const names = ["Ana", "Bo", "Cai", "Dan", "Eve", "Fay"]

/** Of two people between whom there is a block, neither follows the other. */
async function assertNoFollowBesideBlock({ running }: TestApp): Promise<void> {
  const { read } = running.app.db
  const [followed, blocked] = [await read.select().from(follows), await read.select().from(blocks)]
  const beside = followed.filter(({ followerId, followedId }) =>
    blocked.some(({ blockerId, blockedId }) => {
      const pair = [blockerId, blockedId]
      return pair.includes(followerId) && pair.includes(followedId)
    }),
  )
  expect(beside).toEqual([])
}

test("forty people follow Ana at once, each three times, and she has forty fans", async () => {
  await using app = await startApp()
  const [ana, ...others] = await registerAll(app, "Ana", ...Array.from({ length: 40 }, (_, n) => `Fan ${n}`))
  const follow = (fan: Phone) => fan.ok("POST", "/focus/focus_other", { oid: ana.uid })
  await Promise.all([1, 2, 3].flatMap(() => others.map(follow)))
  expect(await countsOf(ana)).toEqual({ focus: 0, fans: 40 })
  const unfollow = (fan: Phone) => fan.call("POST", "/focus/cancel_focus", { oid: ana.uid })
  const answers = await Promise.all([1, 2, 3].flatMap(() => others.slice(0, 25).map(unfollow)))
  expect(answers.filter(({ ErrCode }) => ErrCode === 0)).toHaveLength(25)
  expect(answers.filter(({ ErrCode }) => ErrCode === 6)).toHaveLength(50)
  expect(await countsOf(ana)).toEqual({ focus: 0, fans: 15 })
  await assertCounted(app)
})

test("two people follow and unfollow each other from fifty connections at once, and the counts are the rows", async () => {
  await using app = await startApp()
  const [ana, bo] = await registerAll(app, "Ana", "Bo")
  const port = app.running.servers[0]?.port ?? 0
  const answers = await Promise.all(
    Array.from({ length: 50 }, async (_, n) => {
      const [who, whom] = n % 2 === 0 ? [ana, bo] : [bo, ana]
      const body = String(new URLSearchParams({ token: who.token, oid: String(whom.uid) }))
      const headers = { "Content-Type": "application/x-www-form-urlencoded", "Content-Length": body.length }
      const codes: number[] = []
      for (let turn = 0; turn < 10; turn++) {
        const path = (n + turn) % 3 === 0 ? "/focus/cancel_focus" : "/focus/focus_other"
        const { replies } = await converse(port, requestText("POST", path, headers, body))
        codes.push(...replies.map((reply) => (JSON.parse(reply.body) as Answer).ErrCode))
      }
      return codes
    }),
  )
  expect(answers.flat().filter((code) => ![0, 6].includes(code))).toEqual([])
  expect(answers.flat()).toHaveLength(500)
  await assertCounted(app)
  for (const [who, whom] of [
    [ana, bo],
    [bo, ana],
  ] as const) {
    await who.ok("POST", "/focus/focus_other", { oid: whom.uid })
  }
  expect([await countsOf(ana), await countsOf(bo)]).toEqual(Array(2).fill({ focus: 1, fans: 1 }))
})

test("two people follow and unfollow each other in the same moment, again and again", async () => {
  await using app = await startApp()
  const [ana, bo] = await registerAll(app, "Ana", "Bo")
  for (let round = 0; round < 25; round++) {
    for (const path of ["/focus/focus_other", "/focus/cancel_focus"]) {
      const both = [ana.ok("POST", path, { oid: bo.uid }), bo.ok("POST", path, { oid: ana.uid })]
      await Promise.all(both)
    }
  }
  expect(app.logged.filter((line) => line.includes('"level":"error"'))).toEqual([])
  await assertCounted(app)
})

test.skipIf(engine === "sqlite")(
  "of two people the one who came first is held first, whoever follows whom",
  async () => {
    await using app = await startApp()
    const [ana, bo] = await registerAll(app, "Ana", "Bo")
    await using server = new SQL(app.running.app.config.databaseUrl ?? "", { max: 2 })
    for (const [who, whom] of [
      [bo, ana],
      [ana, bo],
    ] as const) {
      let following: Promise<unknown> | undefined
      await server.begin(async (holder) => {
        await holder`select id from users where id = ${ana.uid} for update`
        following = who.ok("POST", "/focus/focus_other", { oid: whom.uid })
        while ((await waitingOn(server)) === 0) await Bun.sleep(1)
        // Bo's row is still free, or this would fail.
        await holder`select id from users where id = ${bo.uid} for update nowait`
      })
      await following
    }
    await assertCounted(app)
  },
)

/** How many statements wait for a lock in this database. */
async function waitingOn(server: SQL): Promise<number> {
  const waiting = await server`
    select pid from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`
  return waiting.length
}

test("whatever people do to each other at once, the counts are what the rows come to", async () => {
  await using app = await startApp()
  const people = await registerAll(app, ...names)
  const someone = fc.constantFrom(...people)
  const act = fc.constantFrom(
    ["/focus/focus_other", "oid"] as const,
    ["/focus/focus_other", "oid"] as const,
    ["/focus/cancel_focus", "oid"] as const,
    ["/black/add_black", "blackid"] as const,
    ["/black/del_black", "blackid"] as const,
  )
  const deeds = fc.array(fc.tuple(someone, act, someone), { minLength: 10, maxLength: 60 })
  await fc.assert(
    fc.asyncProperty(deeds, async (all) => {
      const answers = await Promise.all(
        all.map(([who, [path, name], whom]) => who.call("POST", path, { [name]: whom.uid })),
      )
      expect(answers.filter(({ ErrCode }) => ![0, 6, 10, 25, 41].includes(ErrCode))).toEqual([])
      await assertCounted(app)
      await assertNoFollowBesideBlock(app)
    }),
    { numRuns: 40, interruptAfterTimeLimit: 6_000 },
  )
  expect(app.logged.filter((line) => line.includes('"level":"error"'))).toEqual([])
}, 20_000)
