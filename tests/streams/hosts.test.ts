import { expect, setDefaultTimeout, test } from "bun:test"
import { messageType } from "../../src/video/rtmp/message.ts"
import { comesTrue } from "../hostile/support/comes_true.ts"
import { push } from "../support/fakes/ffmpeg.ts"
import { frame, keyFrame, metadata, videoConfig } from "../video/bodies.ts"
import { HlsValidator } from "../video/hls/validator.ts"
import { Screen } from "./screen.ts"
import { Encoder } from "./stage.ts"
import { type Performance, Theatre } from "./theatre.ts"

setDefaultTimeout(120_000)

const MB = 1_000_000
const { video, data } = messageType

/** Ana comes again to the same room, and those who watch her do still. */
async function comesAgain(theatre: Theatre, evening: Performance): Promise<void> {
  const { encoder, answer } = await Encoder.at(evening.room.pushUrl)
  expect(answer).toBe("NetStream.Publish.Start")
  encoder.sends()
  await theatre.goesOn({ ...evening, encoder })
}

/** Waits until something was logged. */
const tells = (theatre: Theatre, words: string) => comesTrue(() => theatre.program.logged().includes(words))

test.concurrent.each<[string, (encoder: Encoder) => Disposable | undefined]>([
  ["says nothing any more", () => undefined],
  [
    "never sends a key frame",
    (encoder) => {
      const at = performance.now()
      const timer = setInterval(() => {
        encoder.client.say(video, videoConfig(Math.floor(performance.now()) & 255), performance.now() - at)
        encoder.client.say(video, frame(0, 30_000), performance.now() - at)
      }, 40)
      return { [Symbol.dispose]: () => clearInterval(timer) }
    },
  ],
])("a host who %s is taken for gone after 15 seconds, and may come again", async (_, act) => {
  await using theatre = await Theatre.open()
  // Before what was heard last.
  const since = performance.now()
  const evening = await theatre.plays()
  const memory = theatre.memory()
  {
    using _act = act(evening.encoder)
    await evening.encoder.isCut()
  }
  expect(performance.now() - since).toBeGreaterThan(14_000)
  await tells(theatre, "stream ended")
  expect(theatre.memory() - memory).toBeLessThan(40 * MB)
  await comesAgain(theatre, evening)
})

test("a frozen host does not keep a closed room open", async () => {
  await using theatre = await Theatre.open()
  const room = await theatre.ana.goesLive({})
  const sockets = theatre.sockets()
  await using camera = push(room.pushUrl)
  await tells(theatre, "stream started")
  camera.freeze()
  await theatre.ana.closes(room)
  await comesTrue(() => theatre.sockets() <= sockets)
  await theatre.isWell()
})

test.each<[string, (encoder: Encoder) => void]>([
  ["closes its side and listens on", ({ client }) => void client.socket.end()],
  ["tears the connection", ({ client }) => void client.socket.resetAndDestroy()],
])("a host who %s is gone at once, and may come again", async (_, part) => {
  await using theatre = await Theatre.open()
  const evening = await theatre.plays()
  part(evening.encoder)
  await evening.encoder.client.closed
  await tells(theatre, "stream ended")
  await comesAgain(theatre, evening)
})

test("a host who sends more than may be is cut, and told so", async () => {
  await using theatre = await Theatre.open({ STREAM_KBPS_MAX: "500" })
  const evening = await theatre.plays()
  const { client } = evening.encoder
  for (let n = 0; n < 20; n++) client.say(video, keyFrame(n, 30_000), 10_000 + n)
  await evening.encoder.isCut()
  expect(client.said().at(-1)).toBe("NetStream.Failed")
  await tells(theatre, "more than 500 kbit/s")
  await comesAgain(theatre, evening)
})

test("a host without key frames shows nothing and costs nothing, until one comes", async () => {
  await using theatre = await Theatre.open()
  const { room, encoder } = await theatre.goesLive()
  const watching = Screen.at(room.flvUrl)
  const memory = theatre.memory()
  encoder.client.say(video, videoConfig())
  for (let n = 0; n < 80; n++) encoder.client.say(video, frame(0, 50_000), 40 * n)
  encoder.sends()
  encoder.sends()
  encoder.shows("at last")
  const screen = await watching
  await screen.shows("at last")
  expect(screen.bytes.length).toBeLessThan(10_000)
  expect(theatre.memory() - memory).toBeLessThan(40 * MB)
  await theatre.goesOn({ room, encoder, screen })
})

test("giant metadata reaches nobody, and a message that is too long ends the connection", async () => {
  await using theatre = await Theatre.open()
  const evening = await theatre.plays()
  const { room, encoder } = evening
  const giant = (size: number) => Buffer.concat([metadata(), Buffer.alloc(size, "Eve")])
  for (let n = 0; n < 3; n++) encoder.client.say(data, giant(1_000_000 + n))
  encoder.shows("not bored")
  await evening.screen.shows("not bored")
  const late = await Screen.at(room.flvUrl)
  await late.shows("not bored")
  expect(late.bytes.length).toBeLessThan(10_000)
  encoder.client.say(data, giant(5_000_000))
  await encoder.client.closed
  await comesAgain(theatre, evening)
})

test("a host whose clock jumps is seen as if it had not", async () => {
  await using theatre = await Theatre.open()
  const evening = await theatre.plays()
  const { room, encoder, screen } = evening
  const playlist = new URL(room.hlsUrl)
  const validator = new HlsValidator((uri) => fetch(new URL(uri, playlist)), playlist.search.slice(1))
  // It is packaged once there is a first segment.
  let isPackaged = false
  const packaging = validator.poll().finally(() => {
    isPackaged = true
  })
  for (; !isPackaged; await Bun.sleep(50)) encoder.sends()
  await packaging
  const clocks = [2 ** 32 - 2_000, 0, 3_600_000, 5, 2 ** 31, 2 ** 31 - 1_000, 7_200_000, 7_199_000, 2 ** 32 - 1, 1_000]
  for (const [n, clock] of clocks.entries()) {
    for (let at = 0; at <= 4_000; at += 200) {
      encoder.client.say(video, keyFrame(n, 100), (clock + at) % 2 ** 32)
    }
  }
  encoder.shows("what time is it?")
  await screen.shows("what time is it?")
  await validator.poll()
  expect(validator.problems).toEqual([])
  const times = screen.tags
    .filter(({ kind, body }) => kind === "video" && body[1] === 1)
    .map(({ timestamp }) => timestamp)
  const steps = times.slice(1).map((time, n) => time - (times[n] ?? 0))
  expect(steps.length).toBeGreaterThan(200)
  expect(steps.filter((step) => step < 0 || step > 5_000)).toEqual([])
  await theatre.goesOn(evening)
})
