import { expect, test } from "bun:test"
import type { Packet } from "../../../src/video/packet.ts"
import { material } from "./material.ts"
import { Ana, Eve, key, Stage, until } from "./stage.ts"

/** The same pictures again and again, as one long stream. */
function* endlessly(packets: Packet[], ms: number): Generator<Packet> {
  const loop = packets.filter(
    ({ isConfig, kind, body }) => !isConfig && kind !== "data" && !(kind === "video" && body[1] === 2),
  )
  yield* packets.filter(({ isConfig }) => isConfig)
  for (let start = 0; ; start += ms) for (const packet of loop) yield { ...packet, at: packet.at + start }
}

test("a player that polls for minutes sees the window move, and the memory does not grow", async () => {
  await using stage = new Stage()
  const stream = stage.stream()
  const segments = stage.keep()
  const validator = stage.validator()
  const host = endlessly(await material({ seconds: 4, bFrames: 2 }), 4_000)
  stream.begin()
  let most = 0
  for (let made = 1; made <= 60; made++) {
    if (made % 20 === 0) stream.begin()
    // A new publisher sends its configurations again.
    if (made % 20 === 0)
      for (const packet of (await material({ seconds: 4, bFrames: 2 })).filter(({ isConfig }) => isConfig))
        stream.take(packet.kind, packet.at, packet.body)
    while (segments.items.length < made) {
      const { value: packet } = host.next()
      if (packet) stream.take(packet.kind, packet.at, packet.body)
      if (packet?.isKey) await new Promise((resolve) => setImmediate(resolve))
    }
    if (made % 2 === 0) await validator.poll()
    most = Math.max(most, stage.hls.statistics().bytes)
  }

  expect(validator.problems).toEqual([])
  expect(validator.segments.length).toBeGreaterThanOrEqual(60)
  expect(validator.latest?.segments).toHaveLength(6)
  const { sequence = 0, discontinuitySequence = 0 } = validator.latest ?? {}
  expect(sequence - (validator.segments[0]?.sequence ?? 0)).toBeGreaterThanOrEqual(54)
  expect(discontinuitySequence - (validator.segments[0]?.discontinuity ?? 0)).toBe(2)
  const largest = Math.max(...validator.segments.map(({ size }) => size))
  expect(most).toBeLessThanOrEqual(10 * largest)

  const file = (back: number) => fetch(stage.url(validator.segments.at(-back)?.listed.uri))
  expect([(await file(9)).status, (await file(12)).status]).toEqual([200, 404])
  const answer = await file(1)
  expect(answer.headers.get("cache-control")).toContain("immutable")
  expect((await fetch(stage.url())).headers.get("cache-control")).toBe("no-cache")
})

test("a request for a stream that has just begun waits for its first segment", async () => {
  await using stage = new Stage()
  stage.stream()
  const asked = fetch(stage.url(`stream.m3u8?${key}`))
  await until(() => stage.hls.statistics().streams === 1)
  await stage.publish(await material({ seconds: 3 }))
  const answer = await asked

  expect(answer.status).toBe(200)
  expect(await answer.text()).toContain("#EXTINF:2.00000,")
})

test("it does not wait for ever", async () => {
  await using stage = new Stage({ waitMs: 20 })
  stage.stream()
  const answer = await fetch(stage.url())

  expect([answer.status, answer.headers.get("retry-after")]).toEqual([503, "2"])
})

test("a stream nobody asks for is no longer packaged, and goes on with higher numbers when somebody does", async () => {
  await using stage = new Stage({ idleMs: 1_000 })
  const packets = await material({ seconds: 3 })
  stage.stream()
  const before = stage.validator()
  stage.late = -100_000
  const asked = before.poll()
  await until(() => stage.hls.statistics().streams === 1)
  await stage.publish(packets)
  await asked
  stage.late = 0
  await until(() => stage.hls.statistics().streams === 0)
  expect(stage.hls.statistics().bytes).toBe(0)

  const again = before.poll()
  await until(() => stage.hls.statistics().streams === 1)
  await stage.publish(packets)
  await again
  const sequences = before.segments.map(({ sequence }) => sequence)
  expect((sequences.at(-1) ?? 0) - (sequences[0] ?? 0)).toBeGreaterThan(90)
  expect(before.problems).toEqual([])
})

test("a stream that is kept and not watched holds little for viewers, but enough for the first one", async () => {
  await using stage = new Stage({ idleMs: 10 })
  stage.stream()
  const segments = stage.keep()
  stage.late = 1_000
  await stage.publish(await material({ seconds: 9 }))
  expect(segments.items).toHaveLength(4)
  const [, , third, fourth] = segments.items
  expect(stage.hls.statistics()).toEqual({
    streams: 1,
    bytes: (third?.bytes.length ?? 0) + (fourth?.bytes.length ?? 0),
  })

  const validator = stage.validator()
  await validator.poll()
  expect(validator.latest?.segments).toHaveLength(2)
})

test("many streams together keep to their memory, and no more begin once it is used up", async () => {
  await using stage = new Stage({ bytesMax: 1_000 })
  const packets = await material({ seconds: 13 })
  stage.stream()
  stage.stream(Eve)
  stage.keep()
  await stage.publish(packets)

  expect((await fetch(stage.url("index.m3u8", Eve))).status).toBe(503)
  const validator = stage.validator()
  await validator.poll()
  expect(validator.latest?.segments).toHaveLength(3)
})

test("a stream that is over is shown to its end, until another one begins in the room", async () => {
  await using stage = new Stage()
  const packets = await material({ seconds: 3 })
  stage.stream()
  stage.keep()
  await stage.publish(packets)
  stage.stream().end()
  const text = async () => (await fetch(stage.url("stream.m3u8"))).text()
  expect(await text()).toContain("#EXT-X-ENDLIST")
  stage.end()
  expect(await text()).toContain("#EXT-X-ENDLIST")

  stage.stream(Ana)
  stage.keep()
  await stage.publish(packets)
  expect(await text()).not.toContain("#EXT-X-ENDLIST")
})
