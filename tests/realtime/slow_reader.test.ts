import { expect, test } from "bun:test"
import type { Lane } from "../../src/realtime/bus.ts"
import { Ana, Bo, Stage } from "./stage.ts"

/** Posts batches of 8 KB frames, each awaited by a healthy reader, until `done`. */
async function pump(
  stage: Stage,
  lane: Lane,
  reader: { until(key: string, value: unknown): Promise<unknown> },
  done: () => boolean,
) {
  let batch = 0
  while (!done()) {
    const name = `${lane} ${batch++}`
    for (let n = 0; n < 24; n++) stage.say({ mtype: 1, text: "x".repeat(8000) }, lane)
    stage.say({ mtype: 1, [lane]: name }, lane)
    await reader.until(lane, name)
  }
  return batch
}

test("a slow reader loses chat, keeps every gift, and hears chat again once it has caught up", async () => {
  await using stage = new Stage()
  const ana = await stage.enter(Ana)
  const { reader, seat } = await stage.enterRaw(Bo)
  reader.pause()
  await pump(stage, "chat", ana, () => stage.hub.statistics().framesShed > 500)
  const held = seat.socket?.getBufferedAmount() ?? 0
  for (let gift = 0; gift < 100; gift++) stage.say({ mtype: 2, gift }, "money")
  await ana.until("gift", 99)
  expect(held).toBeLessThan(512 * 1024)

  reader.resume()
  await reader.got.until((frame) => "gift" in frame && frame["gift"] === 99)
  while (seat.state === "slow") await new Promise(setImmediate)
  const from = reader.got.items.length
  stage.say({ mtype: 1, msg: "back" })
  stage.say({ mtype: 2, msg: "gift" }, "money")
  stage.say({ mtype: 1, msg: "end" })
  await reader.got.until((frame) => "msg" in frame && frame["msg"] === "end")
  await ana.until("msg", "end")

  expect(reader.all("gift")).toEqual(Array.from({ length: 100 }, (_, gift) => gift))
  expect(reader.got.items.slice(from).map((frame) => "msg" in frame && frame["msg"])).toEqual(["back", "gift", "end"])
  const seqs = reader.all("seq") as number[]
  expect(seqs).toEqual(seqs.toSorted((a, b) => a - b))
  expect(new Set(seqs).size).toBe(seqs.length)
  expect(ana.all("seq").length - seqs.length).toBe(stage.hub.statistics().framesShed + 1)
})

test("a reader far behind is closed before it costs memory, and the others notice nothing", async () => {
  await using stage = new Stage()
  const ana = await stage.enter(Ana)
  const { reader, seat } = await stage.enterRaw(Bo)
  reader.pause()
  let most = 0
  await pump(stage, "money", ana, () => {
    most = Math.max(most, seat.socket?.getBufferedAmount() ?? 0)
    return seat.state === "outside"
  })
  expect(most).toBeLessThan(1.5 * 1024 * 1024)
  expect(stage.events().at(-1)).toBe("2 left 7")
  expect(stage.hub.isOnline(Bo)).toBe(false)

  reader.resume()
  expect(await reader.got.until((frame) => "closed" in frame)).toEqual({ closed: 4900 })
  expect(ana.all("seq")).toEqual(Array.from({ length: ana.all("seq").length }, (_, n) => n + 2))
})
