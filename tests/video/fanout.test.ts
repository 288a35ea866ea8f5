import { describe, expect, test } from "bun:test"
import { Fanout } from "../../src/video/fanout.ts"
import { flvHeader, flvTag } from "../../src/video/flv/tag.ts"
import type { Format } from "../../src/video/format.ts"
import { defaultVideoLimits, type VideoLimits } from "../../src/video/limits.ts"
import type { Packet } from "../../src/video/packet.ts"
import { LiveStream } from "../../src/video/stream.ts"
import { audioConfig, frame, keyFrame, metadata, sound, videoConfig } from "./bodies.ts"
import { TestClock } from "./test_clock.ts"
import { Bo } from "./viewers.ts"

const opening = [metadata(), videoConfig(), audioConfig()]
const windowMs = 50

/** A stream that goes out as FLV, and what it costs to encode. */
class Stage {
  readonly clock = new TestClock()
  readonly errors: unknown[] = []
  readonly tally = { bytesIn: 0, bytesOut: 0, framesShed: 0 }
  encoded = 0
  fails = false
  readonly stream: LiveStream
  readonly fanout: Fanout
  private at = 0

  constructor(limits: Partial<VideoLimits> = {}) {
    const format: Format = {
      header: flvHeader,
      packet: (packet: Packet) => {
        if (this.fails) throw new Error("too long")
        this.encoded += 1
        return flvTag(packet)
      },
    }
    const options = {
      limits: { ...defaultVideoLimits, windowMinMs: windowMs, ...limits },
      clock: this.clock,
      tally: this.tally,
      onError: (error: unknown) => this.errors.push(error),
    }
    this.stream = new LiveStream(7, options)
    this.fanout = new Fanout(this.stream, format, options)
  }

  /** The publisher comes, with everything decoders need. */
  begin(): this {
    this.stream.begin()
    this.stream.take("data", 0, metadata())
    this.stream.take("video", 0, videoConfig())
    this.stream.take("audio", 0, audioConfig())
    return this
  }

  /** Frames, 10 ms apart, sent together. */
  send(...bodies: Uint8Array[]): void {
    for (const body of bodies) {
      this.stream.take((body[0] ?? 0) === 0xaf ? "audio" : "video", this.at, body)
      this.at += 10
    }
    this.clock.advance(windowMs)
  }

  watch(): Bo {
    const bo = new Bo()
    this.fanout.join(bo)
    return bo
  }
}

const bodies = (bo: Bo) => bo.tags.map(({ body }) => body)

describe("viewers in step", () => {
  test("share one buffer for everything a window brings, encoded once", () => {
    const stage = new Stage().begin()
    const [bo, cai] = [stage.watch(), stage.watch()]
    stage.send(keyFrame(1))
    const encoded = stage.encoded
    stage.send(frame(2), sound(3), frame(4))
    stage.send(frame(5))

    expect(bodies(bo)).toEqual([...opening, keyFrame(1), frame(2), sound(3), frame(4), frame(5)])
    expect([bo.writes.length, cai.writes.length, stage.encoded - encoded]).toEqual([3, 3, 4])
    expect(bo.writes.every((bytes, n) => bytes === cai.writes[n])).toBe(true)
    expect(stage.tally.bytesOut).toBe(2 * Buffer.concat(bo.writes).length)
  })

  test("are joined by a late one, who has everything since the key frame at once and misses nothing", () => {
    const stage = new Stage().begin()
    const bo = stage.watch()
    stage.send(keyFrame(1), frame(2))
    stage.stream.take("video", 20, frame(3))
    const cai = stage.watch()
    expect([cai.writes.length, bodies(cai)]).toEqual([1, [...opening, keyFrame(1), frame(2), frame(3)]])
    stage.send(frame(4))
    expect([bodies(cai), bodies(bo)]).toEqual(Array(2).fill([...opening, keyFrame(1), frame(2), frame(3), frame(4)]))
    expect(cai.writes.length).toBe(2)
  })

  test("share what they begin with, whenever they come between two key frames", () => {
    const stage = new Stage().begin()
    stage.watch()
    const film = [keyFrame(1, 100_000), ...Array.from({ length: 30 }, (_, n) => frame(n, 10_000))]
    const late: Bo[] = []
    for (const body of film) {
      stage.send(body)
      late.push(stage.watch())
    }
    for (const bo of late) expect(bodies(bo)).toEqual([...opening, ...film])
    const distinct = new Set(late.flatMap(({ writes }) => writes.map(({ buffer }) => buffer)))
    const held = [...distinct].reduce((sum, { byteLength }) => sum + byteLength, 0)
    // Each has less than a piece of its own, and they have the rest, at most twice, in common.
    expect(held).toBeLessThan(late.length * 64 * 1024 + 2 * Buffer.concat(film).length)

    stage.send(keyFrame(2))
    const bo = stage.watch()
    expect(bodies(bo)).toEqual([...opening, keyFrame(2)])
  })

  test("leave no timer behind, nor work for anybody", () => {
    const stage = new Stage().begin()
    const leave = stage.fanout.join(new Bo())
    stage.send(keyFrame(1))
    expect(stage.clock.waiting).toBe(0)
    stage.stream.take("video", 10, frame(2))
    expect(stage.clock.waiting).toBe(1)
    leave()
    const { encoded } = stage
    stage.stream.take("video", 20, frame(3))
    expect([stage.clock.waiting, stage.fanout.size, stage.encoded]).toEqual([0, 0, encoded])
  })

  test("wait longer for each other the more a write costs, up to a bound", () => {
    const stage = new Stage({ windowPerCost: 10, windowMaxMs: 200 }).begin()
    let [cost, wroteAt] = [0, 0]
    const write = () => {
      wroteAt = stage.clock.now()
      stage.clock.advance(cost)
    }
    stage.fanout.join({ buffered: () => 0, close: () => {}, write })
    const waits: number[] = []
    for (cost of [12, 300, 2, 0]) {
      const start = stage.clock.now()
      stage.stream.take("video", 0, keyFrame(cost))
      stage.clock.advance(250)
      waits.push(wroteAt - start)
    }
    expect(waits).toEqual([50, 120, 200, 50])
  })
})

describe("a player is told", () => {
  test("of sound and picture before they come", () => {
    const stage = new Stage().begin()
    const bo = stage.watch()
    stage.send(keyFrame(1))
    expect(bo.promises).toEqual({ audio: true, video: true })
  })

  test("of no picture where there is none, and has not waited for it long", () => {
    const stage = new Stage()
    stage.stream.begin()
    const bo = stage.watch()
    stage.stream.take("audio", 0, audioConfig())
    for (let n = 0; n < 90; n++) stage.send(sound(n))
    expect(bo.writes).toEqual([])
    for (let n = 90; n < 110; n++) stage.send(sound(n))
    expect(bo.promises).toEqual({ audio: true, video: false })
    expect(bodies(bo).at(-1)).toEqual(sound(109))
    expect(bodies(bo).length).toBe(111)
  })
})

describe("a viewer that is behind", () => {
  const behind = 1024 * 1024 + 1

  /** Bo is behind before frame 2. */
  function slow(limits: Partial<VideoLimits> = {}) {
    const stage = new Stage(limits).begin()
    const [bo, cai] = [stage.watch(), stage.watch()]
    stage.send(keyFrame(1))
    bo.unsent = 0
    stage.send(sound(1))
    bo.unsent = behind
    stage.send(frame(2))
    return { stage, bo, cai }
  }

  test("gets nothing until a key frame after it has caught up, then the configurations and everything from there", () => {
    const { stage, bo, cai } = slow()
    stage.send(keyFrame(3), frame(4))
    bo.unsent = 128 * 1024
    stage.send(frame(5))
    stage.send(frame(6), keyFrame(7), sound(8))
    bo.unsent = behind - 1
    stage.send(frame(9))

    const before = [...opening, keyFrame(1), sound(1)]
    expect(bodies(bo)).toEqual([...before, ...opening, keyFrame(7), sound(8), frame(9)])
    expect(bodies(cai)).toEqual([
      ...before,
      frame(2),
      keyFrame(3),
      frame(4),
      frame(5),
      frame(6),
      keyFrame(7),
      sound(8),
      frame(9),
    ])
    expect(stage.tally.framesShed).toBe(4)
  })

  test("is not let go on before it has caught up", () => {
    const { stage, bo } = slow()
    bo.unsent = 128 * 1024 + 1
    const { length } = bo.writes
    stage.send(keyFrame(3))
    expect(bo.writes.length).toBe(length)
  })

  test("is cut when it does not catch up within ten seconds, and no other is", () => {
    const { stage, bo, cai } = slow()
    stage.clock.advance(9_900)
    stage.send(frame(3))
    expect(bo.closes).toBe(0)
    stage.clock.advance(100)
    stage.send(frame(4))
    expect([bo.closes, cai.closes, stage.fanout.size]).toEqual([1, 0, 1])
  })

  test("is not cut for a key frame that comes late", () => {
    const { stage, bo } = slow()
    bo.unsent = 0
    stage.send(frame(3))
    bo.unsent = 200_000
    stage.clock.advance(15_000)
    stage.send(frame(4))
    stage.send(keyFrame(5))
    expect([bo.closes, bodies(bo).at(-1)]).toEqual([0, keyFrame(5)])
  })

  test("has three seconds where they are more than a megabyte", () => {
    const stage = new Stage().begin()
    const bo = stage.watch()
    stage.send(keyFrame(1, 2_000_000))
    bo.unsent = 0
    stage.send(sound(1))
    bo.unsent = 1_900_000
    stage.send(frame(2))
    expect(bodies(bo).at(-1)).toEqual(frame(2))
    stage.clock.advance(4_000)
    stage.send(frame(3))
    expect(bodies(bo).at(-1)).toEqual(frame(2))
  })

  test("is forgiven what it was sent on joining until it has taken that", () => {
    const stage = new Stage().begin()
    stage.send(keyFrame(1, 3_000_000))
    stage.clock.advance(10_000)
    const bo = stage.watch()
    bo.unsent = 3_000_000 + behind
    stage.send(frame(2))
    expect(bodies(bo).at(-1)).toEqual(frame(2))
    bo.unsent = 3_000_000 + 2 * behind
    stage.send(frame(3))
    expect(bodies(bo).at(-1)).toEqual(frame(2))

    const cai = stage.watch()
    cai.unsent = 100
    stage.send(frame(4))
    cai.unsent = 2 * behind
    stage.send(frame(5))
    expect(bodies(cai).at(-1)).toEqual(frame(4))
  })
})

test("a viewer whose connection fails harms nobody", () => {
  const stage = new Stage().begin()
  const broken = (): never => {
    throw new Error("broken")
  }
  stage.fanout.join({ buffered: () => 0, write: broken, close: broken })
  const cai = stage.watch()
  stage.send(keyFrame(1))
  stage.send(frame(2))
  expect(bodies(cai)).toEqual([...opening, keyFrame(1), frame(2)])
  expect([stage.fanout.size, stage.errors.map(String)]).toEqual([1, ["Error: broken", "Error: broken"]])
})

test("a packet that cannot be encoded ends nothing", () => {
  const stage = new Stage().begin()
  const bo = stage.watch()
  stage.send(keyFrame(1))
  stage.fails = true
  stage.send(frame(2))
  stage.fails = false
  stage.send(frame(3))
  expect([bodies(bo).at(-1), stage.errors.map(String)]).toEqual([frame(3), ["Error: too long"]])
})

test("the end reaches every viewer after the last packet", () => {
  const stage = new Stage().begin()
  const bo = stage.watch()
  stage.send(keyFrame(1))
  stage.stream.take("video", 10, frame(2))
  stage.stream.end()
  expect([bodies(bo).at(-1), bo.closes, stage.fanout.size, stage.clock.waiting]).toEqual([frame(2), 1, 0, 0])
})
