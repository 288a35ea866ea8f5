import { expect, setDefaultTimeout, test } from "bun:test"
import { connect, type Socket } from "node:net"
import { flvTag } from "../../src/video/flv/tag.ts"
import { encodeMessage } from "../../src/video/rtmp/chunk_writer.ts"
import { mediaStream, messageType } from "../../src/video/rtmp/message.ts"
import { comesTrue } from "../hostile/support/comes_true.ts"
import { converse, requestText } from "../hostile/support/raw_http.ts"
import { freshHome } from "../support/app.ts"
import { runProgram } from "../support/process.ts"
import { Client } from "../video/flv/client.ts"
import { RtmpClient } from "../video/rtmp/client.ts"
import { greetings } from "./greetings.ts"
import { Encoder, keyFrameOf, rtmpParts } from "./stage.ts"
import { stalls } from "./stalled.ts"
import { Studio } from "./studio.ts"
import { Theatre } from "./theatre.ts"

setDefaultTimeout(120_000)

const MB = 1_000_000
const { video } = messageType
const evil = keyFrameOf("this is Eve's")

test.concurrent.each([10, 50])(
  "%i viewers who take nothing of 6 Mbit/s are cut, and until then the memory stays flat",
  async (count) => {
    await using theatre = await Theatre.open()
    const evening = await theatre.plays()
    // A key frame every 10 seconds, so that what a viewer begins with is more than the kernel takes.
    using _film = evening.encoder.films(30_000, 250)
    await comesTrue(() => evening.screen.received > 5 * MB)
    const [memory, sockets] = [theatre.memory(), theatre.sockets()]
    for (let turn = 0; turn < count; turn++) await stalls(evening.room, turn)
    // The first may be cut by now, the last cannot be.
    expect(theatre.sockets()).toBeGreaterThan(sockets)
    let most = 0
    const areGone = () => {
      most = Math.max(most, theatre.memory())
      return theatre.sockets() <= sockets
    }
    await comesTrue(areGone)
    expect(most - memory).toBeLessThan(70 * MB)
    await theatre.goesOn(evening)
  },
)

test("a viewer who sends video shows it to nobody, in the room watched or in another", async () => {
  await using theatre = await Theatre.open()
  const evening = await theatre.plays()
  const { room } = evening
  const hers = await (await Studio.open(theatre.program.url)).goesLive({})
  const sends = (client: RtmpClient) => {
    client.say(video, evil)
    for (const streamId of [0, mediaStream + 1, room.id]) {
      client.socket.write(encodeMessage({ type: video, timestamp: 1, streamId, body: evil }))
      const body = flvTag({ kind: "video", at: 1, body: evil, isConfig: false, isKey: true })
      client.socket.write(encodeMessage({ type: messageType.aggregate, timestamp: 1, streamId, body }))
    }
  }
  const [watched, pushed, own] = [room.rtmpUrl, room.pushUrl, hers.pushUrl].map((url) => rtmpParts(url).stream)

  // By RTMP: with the viewer's address, also after another publication was allowed.
  const viewer = await RtmpClient.connect(theatre.rtmpPort)
  expect(await viewer.plays(watched ?? "")).toBe("NetStream.Play.Start")
  sends(viewer)
  viewer.call("publish", null, pushed ?? "", "live")
  sends(viewer)
  await viewer.ended
  expect(viewer.said()).toContain("NetStream.Publish.BadName")
  expect((await Encoder.at(room.rtmpUrl)).answer).toBe("NetStream.Publish.BadName")
  const host = await RtmpClient.connect(theatre.rtmpPort)
  expect(await host.publishes(own ?? "")).toBe("NetStream.Publish.Start")
  sends(host)
  host.call("publish", null, pushed ?? "", "live")
  sends(host)
  await host.ended

  // By FLV: over a websocket, and in the body of a request.
  const socket = new Client(room.flvUrl.replace("http", "ws"))
  await socket.opened
  socket.push({ kind: "video", timestamp: 1, body: evil })
  expect(await socket.closed).toEqual({ code: 1003, reason: "nothing is heard here" })
  for (const method of ["POST", "PUT"]) {
    const { status } = await fetch(room.flvUrl, { method, body: evil })
    expect([method, status]).toEqual([method, 404])
  }
  await theatre.goesOn(evening)
})

test("a refused publisher who minds no refusal is cut off", async () => {
  await using theatre = await Theatre.open()
  const evening = await theatre.plays()
  const eve = await RtmpClient.connect(theatre.rtmpPort)
  expect(await eve.publishes(rtmpParts(evening.room.pushUrl).stream.replace(/.$/, "x"))).toBe(
    "NetStream.Publish.BadName",
  )
  await eve.ended
  const sending = setInterval(() => eve.say(video, evil), 5)
  await eve.closed
  clearInterval(sending)
  await theatre.goesOn(evening)
})

test("whatever is said before anybody was let in costs that connection alone", async () => {
  await using theatre = await Theatre.open()
  const evening = await theatre.plays()
  for (const greet of greetings) {
    const eve = await RtmpClient.open(theatre.rtmpPort)
    eve.shakeHands()
    greet(eve)
    // The server has looked at all of it when it takes leave.
    eve.socket.end()
    await eve.closed
  }
  await theatre.goesOn(evening)
})

test("hundreds of connections from one address leave the others room", async () => {
  await using theatre = await Theatre.open()
  const evening = await theatre.plays()
  const crowd = await Promise.all(Array.from({ length: 300 }, () => lurker(theatre.rtmpPort)))
  await comesTrue(() => crowd.filter(({ closed }) => closed).length >= 250)
  expect(crowd.filter(({ closed }) => !closed)).toHaveLength(50)
  await theatre.goesOn(evening)
  for (const one of crowd) one.destroy()
})

/** Somebody at an address of their own, who connects and says nothing. */
function lurker(port: number): Promise<Socket> {
  const socket = connect({ port, host: "127.0.0.1", localAddress: "127.0.0.2" })
  socket.on("error", () => {}).resume()
  return new Promise((resolve) => socket.once("connect", () => resolve(socket)).once("close", () => resolve(socket)))
}

test("a flood of bad keys is refused to the last, while Ana is seen and heard", async () => {
  await using theatre = await Theatre.open()
  const evening = await theatre.plays()
  const { room } = evening
  const [atAna, atBo] = await Promise.all([theatre.ana.enters(room), theatre.bo.enters(room)])
  const memory = theatre.memory()
  const statuses = new Set<number>()
  let asked = 0
  let isHeard = false
  const flood = async () => {
    while (asked < 5_000 || !isHeard) {
      const key = `key=${(asked++).toString(16).padStart(32, "0")}`
      const [url = ""] = [room.hlsUrl, room.flvUrl].slice(asked % 2)
      statuses.add((await fetch(url.replace(/key=\w+/, key))).status)
    }
  }
  const flooding = Promise.all(Array.from({ length: 20 }, flood))
  for (let n = 0; n < 10; n++) {
    atBo.says(`is anybody here? ${n}`)
    await atAna.hears({ mtype: 1, msg: `is anybody here? ${n}` })
  }
  isHeard = true
  await flooding
  expect([...statuses]).toEqual([404])
  expect(theatre.memory() - memory).toBeLessThan(60 * MB)
  await theatre.goesOn(evening)
})

test("no address leads out of the video's folders", async () => {
  await using theatre = await Theatre.open()
  const { room, encoder, screen } = await theatre.plays({ save: 1 })
  for (let seconds = 0; seconds < 5; seconds++) encoder.sends()
  encoder.shows("that is all")
  await screen.shows("that is all")
  const live = new URL(room.hlsUrl)
  await theatre.ana.closes(room)
  const replay = new URL(await theatre.ana.replayOf(room))
  expect((await fetch(replay)).status).toBe(200)
  const evening = await theatre.plays()

  const files = ["mili.db", "data.key", "serve.lock", "replay.json"]
  const steps = [
    "../",
    "..%2f",
    "%2e%2e/",
    "%2e%2e%2f",
    "..%252f",
    "..\\",
    "..%5c",
    "%c0%ae%c0%ae/",
    "....//",
    "./../",
    "//",
  ]
  const climbs = steps.flatMap((step) => files.map((file) => `${step.repeat(3)}${file}`))
  const inside = [
    ".",
    "..",
    "",
    "index.m3u8%00.mp4",
    "index.m3u8/",
    "%00",
    "*",
    "~",
    "C:",
    "recording.mp4%20",
    "CON",
    "a".repeat(9_000),
  ]
  const hidden = [
    "journal",
    "journal.json",
    "finished",
    ".removed",
    "recording.mp4.part",
    "seg-0.m4s",
    "seg-1e3.m4s",
    "init-..mp4",
  ]
  const asked = [
    ...[live, replay].flatMap(({ pathname, search }) =>
      [...climbs, ...inside, ...hidden].map((end) => pathname.replace("index.m3u8", end) + search),
    ),
    ...[...climbs, ...inside].flatMap((name) => [`/live/${name}`, `/vod/${name}/index.m3u8`, `/live/${name}.flv`]),
    ...["0", "-1", "01", "1e3", "1.0", " 1", "9".repeat(400)].map((id) => `/vod/${id}/index.m3u8${replay.search}`),
  ]
  const { port } = new URL(theatre.program.url)
  for (const path of asked) {
    const { replies } = await converse(Number(port), requestText("GET", path.replaceAll(" ", "%20")))
    expect([path, replies.filter(({ status }) => status === 200)]).toEqual([path, []])
  }
  await theatre.goesOn(evening)
})

test("a second program at the same RTMP port says so and ends; the first goes on", async () => {
  await using theatre = await Theatre.open()
  const evening = await theatre.plays()
  await using home = await secondHome()
  const { code, errors } = await runProgram(["serve"], { ...home.env, RTMP_PORT: String(theatre.rtmpPort) })
  expect(code).toBe(1)
  expect(errors).toContain(`RTMP port ${theatre.rtmpPort} on 127.0.0.1 cannot be served`)
  expect(errors).toContain("Stop what uses it, or set RTMP_PORT to another one.")
  await theatre.goesOn(evening)
})

async function secondHome() {
  const home = await freshHome()
  return { env: home.env, [Symbol.asyncDispose]: () => home.remove() }
}
