import { describe, expect, test } from "bun:test"
import { frame } from "./bodies.ts"
import { bodies, opening, room, Stage } from "./stage.ts"
import { Ana, ask, Bo, Notes } from "./viewers.ts"

describe("viewers", () => {
  test("wait ten seconds for a room's first publisher", async () => {
    const stage = new Stage()
    const bo = await stage.watch()
    stage.clock.advance(8_000)
    const cai = await stage.watch()
    stage.clock.advance(4_000)
    expect([bo.closes, cai.closes]).toEqual([1, 0])
    await stage.live()
    stage.clock.advance(50)
    expect(bodies(cai)).toEqual(opening())
    stage.clock.advance(14_000)
    expect(cai.closes).toBe(0)
  })

  test("of an interrupted stream stay for a minute, also who comes meanwhile", async () => {
    const stage = new Stage()
    const { feed } = await stage.live()
    const bo = await stage.watch()
    feed.ended()
    stage.clock.advance(30_000)
    const cai = await stage.watch()
    stage.clock.advance(29_000)
    expect([bo.closes, cai.closes, stage.studio.streams().length]).toEqual([0, 0, 1])
    stage.clock.advance(2_000)
    expect([bo.closes, cai.closes, stage.studio.streams().length]).toEqual([1, 1, 0])
    expect(stage.clock.waiting).toBe(0)
  })

  test("get what the room's end leaves them, and who follows the stream hears of it", async () => {
    const stage = new Stage()
    const { ana, feed } = await stage.live()
    const [bo, notes] = [await stage.watch(), new Notes()]
    stage.studio.find(room)?.subscribe(notes)
    feed.take("video", 40, frame(2))
    stage.studio.close(room, "the room is over")
    feed.take("video", 80, frame(3))

    expect([ana.reasons, bo.closes, bodies(bo).at(-1)]).toEqual([["the room is over"], 1, frame(2)])
    expect(notes.heard.slice(-2)).toEqual(["interrupted", "ended"])
    expect([stage.told, stage.studio.find(room)]).toEqual([["7 started", "7 ended"], undefined])
  })

  test("leave", async () => {
    const stage = new Stage()
    await stage.live()
    const bo = new Bo()
    const leave = await stage.studio.watch(ask(room, "bo"), "rtmp", bo)
    expect(stage.studio.statistics().viewers).toBe(1)
    leave?.()
    expect(stage.studio.statistics().viewers).toBe(0)
  })

  test("are no more than may be, in a room and in all", async () => {
    const stage = new Stage({ viewersPerStreamMax: 2, viewersMax: 3 })
    for (const roomId of [7, 7, 8]) await stage.watch(roomId)
    await expect(stage.watch(7)).rejects.toThrow("refused")
    await expect(stage.watch(9)).rejects.toThrow("refused")
    expect(stage.studio.statistics().viewers).toBe(3)
  })

  test("are not heard while too many are being decided on", async () => {
    const stage = new Stage({ decisionsMax: 1 })
    stage.holds.add("ana")
    const publishing = stage.studio.publish(ask(room), new Ana())
    expect(await stage.studio.watch(ask(room, "bo"), "flv", new Bo())).toBeUndefined()
    stage.held.get("ana")?.({ roomId: room })
    expect(await publishing).toBeDefined()
    await stage.watch()
  })
})

test("a studio that is stopped cuts everybody and lets nobody in", async () => {
  const stage = new Stage()
  const { ana } = await stage.live(7)
  const bo = await stage.watch(8)
  stage.holds.add("late")
  const late = stage.studio.publish(ask(9, "late"), new Ana())
  stage.studio.stop("the server stops")
  stage.held.get("late")?.({ roomId: 9 })
  expect([ana.reasons, bo.closes, await late, await stage.studio.publish(ask(7), new Ana())]).toEqual([
    ["the server stops"],
    1,
    undefined,
    undefined,
  ])
  stage.clock.advance(1_000)
  expect([stage.clock.waiting, stage.studio.statistics().streams]).toEqual([0, 0])
})
