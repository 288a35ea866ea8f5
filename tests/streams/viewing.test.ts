import { expect, test } from "bun:test"
import type { Upgrading } from "../../src/providers/media/index.ts"
import { startApp, type TestApp } from "../support/app.ts"
import { registers } from "../support/cast.ts"
import type { Phone } from "../support/phone.ts"
import { openHouse } from "./house.ts"
import { Encoder, isStreaming, replayOf, reserves } from "./stage.ts"

const second = 1_000
const day = 24 * 3_600 * second

test("a key for watching live opens nothing of what is kept, neither during the broadcast nor after it", async () => {
  await using app = await startApp({ RECORDING_FREE_GB: "0" })
  const { ana, roomId, encoder, hls } = await broadcast(app)
  const live = await fetch(hls)
  expect(live.status).toBe(200)
  const kept = (file: string) => hls.replace("/live/", "/vod/").replace("index.m3u8", file)
  expect((await fetch(kept("seg-1.m4s"))).status).toBe(404)
  await ana.ok("POST", "/room/close_room", { roomid: roomId })
  await encoder.isCut()
  const replay = here(app, await replayOf(ana, roomId))
  expect((await fetch(replay)).status).toBe(200)
  expect((await fetch(replay.replace("index.m3u8", "seg-1.m4s"))).status).toBe(200)
  for (const file of ["index.m3u8", "seg-1.m4s"]) expect((await fetch(kept(file))).status).toBe(404)
  for (const name of [`0${roomId}`, `${roomId}.0`, `0x${roomId.toString(16)}`]) {
    expect((await fetch(replay.replace(`/vod/${roomId}/`, `/vod/${name}/`))).status).toBe(404)
  }
})

test("a replay is gone as soon as its host deletes it, also for who is watching", async () => {
  await using app = await startApp({ RECORDING_FREE_GB: "0" })
  const { ana, roomId, encoder } = await broadcast(app)
  await ana.ok("POST", "/room/close_room", { roomid: roomId })
  await encoder.isCut()
  const replay = here(app, await replayOf(ana, roomId))
  expect((await fetch(replay)).status).toBe(200)
  await ana.ok("GET", "/room/del_play", { roomid: roomId })
  await app.running.app.outbox.deliverDue()
  for (const file of ["index.m3u8", "stream.m3u8", "seg-1.m4s", "recording.mp4"]) {
    expect((await fetch(replay.replace("index.m3u8", file))).status).toBe(404)
  }
})

test("who is watching goes on when the address ends, as one viewer, whatever else stands in the address", async () => {
  await using app = await startApp()
  const { ana, roomId, encoder, hls } = await broadcast(app)
  app.pass(60 * second)
  const later = await playlistOf(app, ana, roomId)
  app.pass(day - 30 * second)
  expect((await fetch(hls)).status).toBe(404)
  expect((await fetch(later)).status).toBe(200)
  app.pass(50 * second)
  expect((await fetch(later)).status).toBe(200)
  expect((await fetch(`${later}&padding=${"x".repeat(1_000)}`)).status).toBe(200)
  expect((await fetch(`${later}&key=0`)).status).toBe(200)
  expect((await fetch(later.replace("?", "?key=0&"))).status).toBe(404)
  expect((await fetch(hls)).status).toBe(404)
  app.pass(61 * second)
  expect((await fetch(later)).status).toBe(404)
  encoder.leaves()
})

test("of a broadcast that is over its viewers see the end, and then nothing is kept for who asks on and on", async () => {
  await using app = await startApp()
  const { ana, roomId, encoder, hls } = await broadcast(app)
  const playlist = hls.replace("index.m3u8", "stream.m3u8")
  expect((await fetch(playlist)).status).toBe(200)
  await ana.ok("POST", "/room/close_room", { roomid: roomId })
  await encoder.isCut()
  expect(await (await fetch(playlist)).text()).toContain("#EXT-X-ENDLIST")
  app.pass(45 * second)
  expect((await fetch(playlist)).status).toBe(200)
  app.pass(45 * second)
  expect((await fetch(playlist)).status).toBe(404)
})

test("only a connection that a stream is sent by may be silent, and it ends with the stream", async () => {
  await using house = await openHouse({ mayWatch: async (roomId) => roomId === 7 })
  const patient: string[] = []
  const server: Upgrading = { upgrade: () => false, timeout: ({ url }) => patient.push(new URL(url).pathname) }
  const ask = (address: string) => house.media.view?.(new Request(address), "127.0.0.1", server)
  const encoder = await house.publishes(7)
  encoder.sends()
  const [seven, eight] = [house.media.playAddresses(7).flv, house.media.playAddresses(8).flv]
  expect(await ask(eight)).toBeUndefined()
  expect(await ask(seven.replace(/key=./, "key=_"))).toBeUndefined()
  expect(patient).toEqual([])
  const answer = await ask(seven)
  expect(answer?.headers.get("connection")).toBe("close")
  expect(patient).toEqual(["/live/7.flv"])
  await answer?.body?.cancel()
  encoder.leaves()
})

test("who asks for the head of a stream alone does not become a viewer", async () => {
  await using house = await openHouse()
  const server: Upgrading = { upgrade: () => false, timeout: () => {} }
  const head = (address: string) => house.media.view?.(new Request(address, { method: "HEAD" }), "127.0.0.1", server)
  const { flv } = house.media.playAddresses(7)
  expect(await head(flv)).toMatchObject({ status: 200, body: null })
  expect(await head(flv.replace(/key=./, "key=_"))).toBeUndefined()
})

/** Ana goes live and keeps it; there are segments already. */
async function broadcast(app: TestApp) {
  const ana = await registers(app, "Ana")
  const { encoder } = await Encoder.at(await reserves(ana))
  const roomId = await ana.opensRoom({ save: 1 })
  encoder.sends()
  await isStreaming(app, roomId, true)
  const hls = await playlistOf(app, ana, roomId)
  const opened = fetch(hls)
  for (let n = 0; n < 4; n++) encoder.sends()
  await opened
  return { ana, encoder, roomId, hls }
}

async function playlistOf(app: TestApp, reader: Phone, roomId: number): Promise<string> {
  const { info } = await reader.ok("GET", "/room_info", { rid: roomId })
  return here(app, (info as { hls_url: string }).hls_url)
}

/** The same address at this server, which knows its public one only. */
function here(app: TestApp, address: string): string {
  const { pathname, search } = new URL(address)
  return app.url + pathname + search
}
