import { expect, test } from "bun:test"
import { flvResponse } from "../../../src/video/flv/response.ts"
import { keyFrame } from "../bodies.ts"
import { decoded, film, send } from "../film.ts"
import { ask, tagsOf } from "../viewers.ts"
import { RawReader, readBytes } from "./reader.ts"
import { Stage } from "./stage.ts"

const small = await film("320x180", 3)
const large = await film("640x360", 2)

test("every frame reaches a player as the encoder made it, B-frames too", async () => {
  await using stage = new Stage()
  const playing = decoded(stage.http(7))
  await stage.log.until((event) => event === "watch 7")
  const feed = await stage.publish()
  for (const tag of small.tags) {
    send(feed, [tag])
    if (tag.kind === "video") stage.flush()
  }
  stage.studio.close(7, "the room is over")

  const frames = await playing
  expect(frames.filter((line) => line.startsWith("0,")).length).toBe(75)
  expect(frames).toEqual(await decoded(small.file))
})

test("who comes late begins with a key frame at once", async () => {
  await using stage = new Stage()
  const feed = await stage.publish()
  const until = small.tags.findLastIndex(({ timestamp }) => timestamp < 2_500)
  send(feed, small.tags.slice(0, until))
  const lastKey = small.tags.slice(0, until).findLastIndex(({ kind, body }) => kind === "video" && body[0] === 0x17)
  const expected = [
    ...small.tags
      .slice(0, lastKey)
      .filter(({ timestamp }) => timestamp === 0)
      .slice(0, 3),
    ...small.tags.slice(lastKey, until),
  ]

  const response = await fetch(stage.http(7))
  const bytes = await readBytes(response, 13 + expected.reduce((sum, { body }) => sum + body.length + 15, 0))
  expect(tagsOf(bytes).map(({ body }) => body)).toEqual(expected.map(({ body }) => body))
  expect(Object.fromEntries(response.headers)).toMatchObject({
    "content-type": "video/x-flv",
    "cache-control": "no-store",
    "access-control-allow-origin": "*",
  })
})

test("a publisher that comes again with another size and clock goes on for the same player", async () => {
  await using stage = new Stage()
  const playing = decoded(stage.http(7))
  await stage.log.until((event) => event === "watch 7")
  const first = await stage.publish()
  const shifted = small.tags.map((tag) => ({ ...tag, timestamp: tag.timestamp + 5_000_000 }))
  send(first, shifted.slice(0, 20))
  stage.flush()
  send(first, shifted.slice(20))
  first.ended()
  send(await stage.publish(), large.tags)
  stage.studio.close(7, "the room is over")

  const pictures = (await playing).filter((line) => line.startsWith("0,"))
  const times = pictures.map((line) => Number(line.split(",")[2]))
  expect(pictures.length).toBe(75 + 50)
  expect(times).toEqual(times.toSorted((a, b) => a - b))
  expect((times[75] ?? 0) - (times[74] ?? 0)).toBeLessThan(300)
})

test("a viewer that is gone has left at once", async () => {
  await using stage = new Stage()
  send(await stage.publish(), small.tags)
  const leaving = new AbortController()
  await fetch(stage.http(7), { signal: leaving.signal })
  expect(stage.studio.statistics().viewers).toBe(1)
  leaving.abort()
  await stage.log.until((event) => event === "left")
  expect(stage.studio.statistics().viewers).toBe(0)
})

test("a viewer that is gone while it is being decided on does not stay", async () => {
  await using stage = new Stage()
  const letIn = stage.hold()
  const leaving = new AbortController()
  const asking = fetch(stage.http(7), { signal: leaving.signal })
  await stage.log.until((event) => event === "ask 7")
  leaving.abort()
  await expect(asking).rejects.toThrow()
  await stage.log.until((event) => event === "aborted 7")
  letIn()
  await stage.log.until((event) => event === "left")
  expect(stage.studio.statistics().viewers).toBe(0)
})

test("a viewer that is gone before its answer was sent has left", async () => {
  await using stage = new Stage()
  const leaving = new AbortController()
  await flvResponse(stage.studio, ask(7), leaving.signal)
  expect(stage.studio.statistics().viewers).toBe(1)
  leaving.abort()
  expect(stage.studio.statistics().viewers).toBe(0)
})

test("a viewer that is refused gets no stream", async () => {
  await using stage = new Stage()
  expect((await fetch(stage.http(403))).status).toBe(403)
})

test("viewers that take nothing cost little memory and are cut, and who follows loses nothing", async () => {
  await using stage = new Stage()
  const feed = await stage.publish()
  send(feed, small.tags.slice(0, 3))
  send(feed, [{ kind: "video", timestamp: 0, body: keyFrame() }])
  send(feed, small.tags.filter(({ kind }) => kind === "audio").slice(0, 2))
  const stalled = await Promise.all(Array.from({ length: 10 }, () => RawReader.connect(stage.port, "/7.flv")))
  const watching = await fetch(stage.http(7))
  for (const reader of stalled) {
    await reader.got.until(() => true)
    reader.pause()
  }
  expect(stage.studio.statistics().viewers).toBe(11)

  const reader = watching.body?.getReader()
  let received = 0
  const take = async (total: number) => {
    while (received < total) received += (await reader?.read())?.value?.length ?? Number.NaN
  }
  await take(13)
  Bun.gc(true)
  const before = process.memoryUsage.rss()
  let peak = before
  // A minute of 6 Mbit/s with a key frame every two seconds.
  for (let n = 1; n <= 600; n++) {
    const body = Buffer.alloc(75_000, n % 20 === 0 ? 0x17 : 0x27).fill(1, 1)
    const total = received + body.length + 15
    send(feed, [{ kind: "video", timestamp: 100 * n, body }])
    stage.clock.advance(100)
    await take(total)
    if (n % 100 === 0) Bun.gc(true)
    peak = Math.max(peak, process.memoryUsage.rss())
  }

  await Promise.all(stalled.map(({ closed }) => closed))
  expect(stage.studio.statistics().viewers).toBe(1)
  expect((peak - before) / 1_000_000).toBeLessThan(100)
})
