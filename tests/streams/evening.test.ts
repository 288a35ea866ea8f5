import { expect, test } from "bun:test"
import { freshHome } from "../support/app.ts"
import { startProgram } from "../support/process.ts"
import { HlsValidator } from "../video/hls/validator.ts"
import { films, plays } from "./camera.ts"
import { Studio } from "./studio.ts"

/** How long each broadcast is; `SECONDS=30` for a longer look. */
const seconds = Number(process.env["SECONDS"] ?? 12)
const rate = 30

const evenings = [
  { name: "key frames every 2 s, 44.1 kHz", keyFrameEvery: 60, sampleRate: 44_100, bFrames: false },
  { name: "key frames every 8 s, B-frames, 48 kHz", keyFrameEvery: 240, sampleRate: 48_000, bFrames: true },
] as const

for (const { name, ...film } of evenings) {
  test(
    `the real program carries a broadcast whole, by FLV and by HLS at once, and keeps it: ${name}`,
    async () => {
      await using home = await openHome()
      await using program = await startProgram({ ...home.env, RECORDING_FREE_GB: "0" })
      const studio = await Studio.open(program.url)
      const room = await studio.goesLive({ save: 1 })
      // There before the first picture, or it could come too late for the first of them.
      const byFlv = plays(room.flvUrl)
      await using camera = films(room.pushUrl, { ...film, seconds })
      await studio.isOnAir(room)

      const playlist = new URL(room.hlsUrl)
      const look = (uri: string) => fetch(new URL(uri, playlist))
      const validator = new HlsValidator(look, playlist.search.slice(1))
      await validator.poll()
      const byHls = plays(room.hlsUrl, "-live_start_index", "0")
      let isOver = false
      const watching = (async () => {
        while (!isOver) {
          await validator.poll()
          await Bun.sleep(500)
        }
      })()
      expect(await camera.ended).toEqual({ code: 0, words: "" })
      isOver = true
      await watching
      expect(validator.problems).toEqual([])
      await studio.closes(room)

      const frames = seconds * rate
      expect(await byFlv).toMatchObject({ video: frames, words: "" })
      expect(await byHls).toMatchObject({ video: frames, words: "" })
      const replay = await studio.replayOf(room)
      expect(await plays(replay)).toMatchObject({ video: frames, words: "" })
      const film4 = replay.replace("index.m3u8", "recording.mp4")
      expect(await plays(film4)).toMatchObject({ video: frames, words: "" })
    },
    (seconds + 120) * 1_000,
  )
}

test("killed in the middle of a recording, the program comes back: the room is settled, and the replay plays to the last segment", async () => {
  await using home = await openHome()
  const env = { ...home.env, RECORDING_FREE_GB: "0", HOST_GRACE: "1" }
  const program = await startProgram(env)
  const studio = await Studio.open(program.url)
  const room = await studio.goesLive({ save: 1 })
  await using _camera = films(room.pushUrl, { seconds: 60, size: "320x180" })
  await studio.isOnAir(room)
  while ((await studio.segmentsIn(room)) < 3) await Bun.sleep(100)
  program.kill("SIGKILL")
  await program.exited
  await using again = await startProgram(env)
  studio.moves(again.url)
  const replay = await studio.replayOf(room)
  const { video, words } = await plays(replay)
  expect(words).toBe("")
  expect(video).toBeGreaterThanOrEqual(2 * 60)
  expect(await studio.isLive(room)).toBe(false)
}, 120_000)

async function openHome() {
  const home = await freshHome()
  return { env: home.env, [Symbol.asyncDispose]: () => home.remove() }
}
