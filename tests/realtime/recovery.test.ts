import { expect, test } from "bun:test"
import { Ana, Bo, Stage } from "./stage.ts"

async function absence(stage: Stage, frames: number) {
  const ana = await stage.enter(Ana)
  const bo = await stage.enter(Bo, { ext: true })
  const { seq, epoch } = await bo.until("mtype", 1020)
  await bo.leave()
  await stage.log.until((event) => event.what === "left")
  for (let n = 0; n < frames; n++) stage.say({ mtype: 1, n })
  await ana.until("n", frames - 1)
  return { ana, since: Number(seq), epoch: String(epoch) }
}

test("Bo comes back and misses nothing", async () => {
  await using stage = new Stage()
  const { ana, since, epoch } = await absence(stage, 50)
  const bo = stage.connect(Bo, { ext: true, since, epoch })
  await ana.until("seq", since + 51)
  stage.say({ mtype: 1, msg: "welcome back" })
  await bo.until("msg", "welcome back")

  expect(bo.frames[0]).toMatchObject({ mtype: 1020, recovered: true, seq: since, epoch })
  expect(bo.frames.slice(1).map((frame) => frame["seq"])).toEqual(Array.from({ length: 52 }, (_, n) => since + 1 + n))
  expect(bo.frames.at(-2)).toMatchObject({ mtype: 18, uid: Bo })
})

for (const [why, limits, change] of [
  ["it was away too long", { replayFrames: 20 }, {}],
  ["the frames were too big to keep", { replayBytes: 500 }, {}],
  ["it claims to know the future", {}, { since: 9999 }],
  ["its number is none", {}, { since: 1.5 }],
] as const) {
  test(`Bo starts afresh when ${why}`, async () => {
    await using stage = new Stage(limits)
    const { ana, ...known } = await absence(stage, 50)
    const bo = stage.connect(Bo, { ext: true, ...known, ...change })
    const snapshot = await bo.until("mtype", 1020)
    stage.say({ mtype: 1, msg: "hi" })
    await ana.until("msg", "hi")
    await bo.until("msg", "hi")

    expect(snapshot).toMatchObject({ recovered: false, epoch: known.epoch })
    expect(bo.frames.slice(1).map((frame) => frame["seq"])).toEqual([Number(snapshot["seq"]) + 1])
  })
}

test("Bo, who was here before a crash, hears everything that came since, money that nobody was there for first", async () => {
  await using stage = new Stage()
  stage.say({ mtype: 2, n: "while nobody was here" }, "money")
  const ana = await stage.enter(Ana)
  stage.say({ mtype: 1, n: "to Ana" })
  await ana.until("n", "to Ana")
  const bo = await stage.enter(Bo, { ext: true, since: 40, epoch: "before the crash" })
  stage.say({ mtype: 1, n: "hi" })
  await bo.until("n", "hi")
  expect(bo.frames[0]).toMatchObject({ mtype: 1020, recovered: false, seq: 0 })
  expect(bo.all("n")).toEqual(["while nobody was here", "to Ana", "hi"])
  expect(ana.all("n")).toEqual(["to Ana", "hi"])
})

test("what was told counts as told once it has left for the sockets", async () => {
  await using stage = new Stage()
  const readers = [await stage.enter(Ana), await stage.enter(Bo)]
  for (let n = 0; n < 50; n++) {
    stage.say({ mtype: 2, n }, "money")
    if (n % 3 === 0) await stage.hub.flushed()
  }
  await stage.hub.flushed()
  for (const reader of readers) await reader.until("n", 49)
  await stage.hub.flushed()
})

test("an empty room is remembered for a while, then not", async () => {
  await using stage = new Stage({ replayKeepMs: 30 })
  const { ana } = await absence(stage, 3)
  const leaving = ana.leave()
  await stage.log.until((event) => event.what === "left" && event.seat.userId === Ana)
  expect(stage.hub.dump()).toHaveLength(1)
  await leaving
  while (stage.hub.statistics().rooms > 0) await new Promise(setImmediate)
  expect(stage.hub.dump()).toEqual([])
})

test("after a graceful restart everybody goes on where they were", async () => {
  await using before = new Stage()
  const { ana, since, epoch } = await absence(before, 5)
  before.say({ mtype: 1, msg: "one" })
  before.say({ mtype: 2, msg: "last words" }, "money")
  await before.hub.drain()
  expect(await ana.closed).toEqual({ code: 1012, reason: "service restart" })
  expect(ana.all("msg")).toEqual(["one", "last words"])
  expect((await before.connect(Bo).closed).code).toBe(1012)
  before.say({ mtype: 2, msg: "a late gift" }, "money")

  await using after = new Stage()
  after.hub.restore(JSON.parse(JSON.stringify(before.hub.dump())))
  const bo = after.connect(Bo, { ext: true, since, epoch })
  await bo.until("uid", Bo)

  expect(bo.frames[0]).toMatchObject({ recovered: true, epoch })
  expect(bo.all("msg")).toEqual(["one", "last words", "a late gift"])
  expect(bo.frames.slice(1).map((frame) => frame["seq"])).toEqual(Array.from({ length: 9 }, (_, n) => since + 1 + n))
})
