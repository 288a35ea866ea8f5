import { expect, test } from "bun:test"
import { AudioClock } from "../../../src/video/hls/audio_clock.ts"

const aac = {
  codec: "aac" as const,
  config: { codec: "mp4a.40.2", description: undefined, sampleRate: 44_100, channels: 2 },
}

/** What becomes of a host's times, in samples of 44.1 kHz. */
function samples(times: number[], track: ConstructorParameters<typeof AudioClock>[0] = aac) {
  const clock = new AudioClock(track)
  return times.map((at) => {
    const time = clock.time(at)
    return time === undefined ? undefined : Math.round((time * 44_100) / 1_000)
  })
}

test("whole milliseconds become an even row of frames", () => {
  expect(samples([0, 23, 46, 70, 93])).toEqual([0, 1_024, 2_048, 3_072, 4_096])
  expect(samples([0, 0, 46, 46, 92])).toEqual([0, 1_024, 2_048, 3_072, 4_096])
})

test("a gap stays a gap", () => {
  expect(samples([0, 23, 1_000, 1_023])).toEqual([0, 1_024, 44_100, 45_124])
})

test("frames that come faster than they can be heard are left out", () => {
  expect(samples([0, 0, 0, 0, 0, 70])).toEqual([0, 1_024, 2_048, undefined, undefined, 3_072])
})

test("the clock follows a host whose clock is slow for hours", () => {
  const clock = new AudioClock(aac)
  let worst = 0
  for (let frame = 0; frame < 500_000; frame++) {
    const at = Math.floor(frame * clock.frameMs * 1.0002)
    worst = Math.max(worst, Math.abs((clock.time(at) ?? at) - at))
  }
  expect(worst).toBeLessThan(52)
})

test.each([
  ["mp4a.40.2", 1_024],
  ["mp4a.40.5", 2_048],
  ["mp4a.40.29", 2_048],
])("a frame of %s has %d samples", (codec, count) => {
  const clock = new AudioClock({ codec: "aac", config: { ...aac.config, codec } })
  expect(clock.frameMs).toBeCloseTo((count * 1_000) / 44_100)
})
