import { describe, expect, test } from "bun:test"
import { defaultVideoLimits, type VideoLimits } from "../../src/video/limits.ts"
import { LiveStream } from "../../src/video/stream.ts"
import { audioConfig, cuePoint, frame, keyFrame, metadata, mp3, sound, videoConfig } from "./bodies.ts"
import { Notes } from "./viewers.ts"

const errors: unknown[] = []

function begun(limits: Partial<VideoLimits> = {}): LiveStream {
  errors.length = 0
  const stream = new LiveStream(7, {
    limits: { ...defaultVideoLimits, ...limits },
    onError: (error) => errors.push(error),
  })
  stream.begin()
  return stream
}

function withConfigs(stream: LiveStream): LiveStream {
  stream.take("data", 0, metadata())
  stream.take("video", 0, videoConfig())
  stream.take("audio", 0, audioConfig())
  return stream
}

function joined(stream: LiveStream): Notes {
  const notes = new Notes()
  stream.subscribe(notes)
  return notes
}

const opening = [metadata(), videoConfig(), audioConfig()]

describe("who follows a stream", () => {
  test("from its beginning gets every packet as it came", () => {
    const stream = begun()
    const notes = joined(stream)
    withConfigs(stream)
    const bodies = [keyFrame(1), sound(2), frame(3, 20, 80), frame(4), keyFrame(5)]
    stream.take("video", 500, bodies[0] as Uint8Array)
    stream.take("audio", 510, bodies[1] as Uint8Array)
    for (const [n, body] of bodies.slice(2).entries()) stream.take("video", 540 + 40 * n, body)

    expect(notes.bodies).toEqual([...opening, ...bodies])
    expect(notes.bodies.slice(3).every((body, n) => body === bodies[n])).toBe(true)
    expect(notes.packets.map(({ at }) => at)).toEqual([0, 0, 0, 0, 10, 40, 80, 120])
    expect(notes.packets.map(({ isConfig, isKey }) => [isConfig, isKey])).toEqual(
      [...opening, ...bodies].map((_, n) => [n < 3, n === 3 || n === 7]),
    )
  })

  test("late begins with the last key frame, and the configurations stand just before it", () => {
    const stream = withConfigs(begun())
    stream.take("video", 0, keyFrame(1))
    stream.take("video", 40, frame(2))
    stream.take("video", 80, keyFrame(3))
    stream.take("audio", 70, sound(4))
    const notes = joined(stream)
    stream.take("video", 120, frame(5))

    expect(notes.bodies).toEqual([...opening, keyFrame(3), sound(4), frame(5)])
    expect(notes.packets.map(({ at }) => at)).toEqual([0, 70, 70, 80, 70, 120])
  })

  test("from now on gets nothing of what was", () => {
    const stream = withConfigs(begun())
    stream.take("video", 0, keyFrame(1))
    const notes = new Notes()
    const leave = stream.subscribe(notes, "now")
    stream.take("video", 40, frame(2))
    leave()
    stream.take("video", 80, frame(3))
    expect(notes.bodies).toEqual([frame(2)])
  })

  test("and fails is left out, and the others hear all", () => {
    const stream = withConfigs(begun())
    const calls: number[] = []
    stream.subscribe(
      {
        packet: ({ at }) => {
          calls.push(at)
          throw new Error("full")
        },
        interrupted: () => {},
        ended: () => {},
      },
      "now",
    )
    const notes = joined(stream)
    stream.take("video", 0, keyFrame(1))
    stream.take("video", 40, frame(2))
    expect([calls, errors.map(String)]).toEqual([[0], ["Error: full"]])
    expect(notes.bodies).toEqual([...opening, keyFrame(1), frame(2)])
  })

  test("that is over is told so at once", () => {
    const stream = withConfigs(begun())
    const before = joined(stream)
    stream.end()
    stream.begin()
    expect(stream.take("video", 0, videoConfig(2))).toBeUndefined()
    expect([before.heard.at(-1), joined(stream).heard]).toEqual(["ended", ["ended"]])
  })
})

describe("nobody gets", () => {
  test("what no decoder can use", () => {
    const stream = begun()
    const notes = joined(stream)
    const taken = [
      stream.take("video", 0, keyFrame()),
      stream.take("audio", 0, sound()),
      stream.take("data", 0, cuePoint()),
      stream.take("video", 0, Uint8Array.of(0x17)),
      stream.take("video", 0, videoConfig()),
      stream.take("video", 0, frame()),
    ]
    expect(taken.map((packet) => packet?.body)).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
      videoConfig(),
      undefined,
    ])
    expect(notes.bodies).toEqual([videoConfig()])
  })

  test("sound before the picture it belongs to, for a second", () => {
    const stream = withConfigs(begun())
    const notes = joined(stream)
    stream.take("audio", 900, sound(1))
    stream.take("audio", 1_100, sound(2))
    stream.take("video", 1_120, keyFrame(3))
    stream.take("audio", 1_123, sound(4))
    expect(notes.bodies).toEqual([...opening, keyFrame(3), sound(4)])
    expect(notes.packets.map(({ at }) => at).slice(3)).toEqual([0, 3])

    const dark = withConfigs(begun())
    const listening = joined(dark)
    for (let n = 0; n <= 50; n++) dark.take("audio", 40 * n, sound(n))
    expect(listening.bodies.slice(3)).toEqual(Array.from({ length: 26 }, (_, n) => sound(n + 25)))
    expect(dark.backlog()?.length).toBe(3 + 26)
  })

  test("configurations and metadata that are too large", () => {
    const stream = withConfigs(begun({ configBytesMax: 100 }))
    const notes = joined(stream)
    const tail = Buffer.alloc(100)
    stream.take("data", 0, Buffer.concat([metadata(), tail]))
    stream.take("video", 0, Buffer.concat([videoConfig(), tail]))
    stream.take("audio", 0, Buffer.concat([audioConfig(), tail]))
    stream.take("video", 0, keyFrame(1))
    expect(notes.bodies).toEqual([...opening, keyFrame(1)])
  })

  test("the same configuration again, but every new one, and then no frame of the old", () => {
    const stream = withConfigs(begun())
    const notes = joined(stream)
    stream.take("video", 0, videoConfig())
    stream.take("video", 0, keyFrame(1))
    stream.take("video", 40, videoConfig(2))
    stream.take("video", 80, frame(2))
    const late = joined(stream)
    stream.take("video", 120, keyFrame(3))

    expect(notes.bodies).toEqual([...opening, keyFrame(1), videoConfig(2), keyFrame(3)])
    expect(late.bodies).toEqual([metadata(), videoConfig(2), audioConfig(), keyFrame(3)])
  })
})

describe("the cache", () => {
  test.each<[string, Partial<VideoLimits>]>([
    ["bytes", { gopBytesMax: 100 }],
    ["time", { gopMsMax: 100 }],
    ["packets", { gopPacketsMax: 3 }],
  ])("is given up when it has too many of %s, and who comes then waits for a key frame", (_, limits) => {
    const stream = withConfigs(begun(limits))
    stream.take("video", 0, keyFrame(1))
    for (const n of [1, 2, 3, 4]) stream.take("video", 40 * n, frame(n))
    const notes = joined(stream)
    stream.take("audio", 200, sound())
    stream.take("video", 200, frame(5))
    expect([notes.bodies, stream.backlog()]).toEqual([opening, undefined])

    stream.take("video", 240, keyFrame(6))
    stream.take("audio", 250, sound(7))
    expect(notes.bodies).toEqual([...opening, keyFrame(6), sound(7)])
  })

  test("of sound alone holds the last two seconds, of MP3 too", () => {
    for (const [config, of] of [
      [audioConfig(), sound],
      [undefined, mp3],
    ] as const) {
      const stream = begun()
      if (config) stream.take("audio", 0, config)
      for (let n = 0; n < 200; n++) stream.take("audio", 25 * n, of(n))
      const notes = joined(stream)
      const times = notes.packets.filter(({ isConfig }) => !isConfig).map(({ at }) => at)
      expect([times.length, times[0], times.at(-1)]).toEqual([81, 2_975, 4_975])
    }
  })

  test("holds sound alone while the host's camera is off", () => {
    const stream = withConfigs(begun())
    stream.take("video", 0, keyFrame(1))
    for (let n = 1; n <= 125; n++) stream.take("audio", 40 * n, sound(n))
    expect(joined(stream).bodies.slice(0, 5)).toEqual([...opening, keyFrame(1), sound(1)])
    for (let n = 126; n <= 200; n++) stream.take("audio", 40 * n, sound(n))
    const notes = joined(stream)
    stream.take("video", 8_010, frame(2))
    expect(notes.bodies.slice(0, 4)).toEqual([...opening, sound(150)])
    expect(joined(stream).bodies.at(-1)).toEqual(sound(200))
    stream.take("video", 8_020, keyFrame(3))
    expect(joined(stream).bodies).toEqual([...opening, keyFrame(3)])
  })

  test("is for players once it is known whether there are sound and picture", () => {
    const stream = begun()
    stream.take("video", 0, videoConfig())
    stream.take("video", 0, keyFrame())
    expect(stream.backlog()).toBeUndefined()
    stream.take("audio", 0, audioConfig())
    expect([stream.backlog()?.length, stream.kinds]).toEqual([3, { video: true, audio: true }])

    const silent = begun()
    silent.take("video", 0, videoConfig())
    silent.take("video", 0, keyFrame())
    silent.take("video", 960, frame())
    expect(silent.backlog()).toBeUndefined()
    silent.take("video", 1_000, frame())
    expect([silent.backlog()?.length, silent.kinds]).toEqual([4, { video: true, audio: false }])
  })
})

describe("the next publisher", () => {
  test("goes on with configurations and a clock of its own, for those who stayed", () => {
    const stream = withConfigs(begun())
    const notes = joined(stream)
    stream.take("video", 900_000, keyFrame(1))
    stream.take("video", 900_040, frame(2))
    stream.interrupt()
    expect([stream.isLive, stream.take("video", 900_080, videoConfig(3))]).toEqual([false, undefined])
    stream.begin()
    stream.take("video", 0, videoConfig(2))
    stream.take("video", 33, frame(4))
    stream.take("video", 66, keyFrame(5))
    stream.take("video", 100, frame(6))

    expect(notes.heard.map((each) => (typeof each === "string" ? each : [each.at, each.body]))).toEqual([
      ...opening.map((body) => [0, body]),
      [0, keyFrame(1)],
      [40, frame(2)],
      "interrupted",
      [40, videoConfig(2)],
      [80, keyFrame(5)],
      [114, frame(6)],
    ])
    expect(joined(stream).bodies).toEqual([videoConfig(2), keyFrame(5), frame(6)])
  })

  test("is told of by an interruption also when it takes over, and sends even the same configuration again", () => {
    const stream = withConfigs(begun())
    const notes = joined(stream)
    stream.begin()
    stream.take("video", 0, videoConfig())
    expect(notes.heard.slice(3).map((each) => (typeof each === "string" ? each : each.body))).toEqual([
      "interrupted",
      videoConfig(),
    ])
  })
})
