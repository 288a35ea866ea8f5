import { expect, test } from "bun:test"
import { startApp } from "../support/app.ts"
import { registers } from "../support/cast.ts"
import { type FakeLivekit, startFakeLivekit } from "../support/fakes/livekit.ts"
import { aConference, comesOnStage, hearsFarewell } from "./stage.ts"

const settingsOf = ({ settings }: FakeLivekit) => ({
  RTC_PROVIDER: "livekit",
  LIVEKIT_URL: settings.url,
  LIVEKIT_API_URL: settings.apiUrl,
  LIVEKIT_API_KEY: settings.apiKey,
  LIVEKIT_API_SECRET: settings.apiSecret,
})

test("a conference at LiveKit: its room comes and goes with it, and who leaves one leaves the other", async () => {
  await using livekit = startFakeLivekit(Date.now)
  await using app = await startApp(settingsOf(livekit))
  const table = await aConference(app)
  const { host: ana, rid, atHost } = table
  const [bo, cai] = [await registers(app, "Bo"), await registers(app, "Cai")]
  expect([...livekit.rooms.keys()]).toEqual([String(rid)])
  const hook = `${app.url}/rtc/livekit/webhook`
  const people = () => [...(livekit.rooms.get(String(rid)) ?? [])]
  const tells = async (event: string, identity: string, room = String(rid)) =>
    expect(
      (await livekit.tell(hook, { event, room: { name: room }, participant: { identity }, id: "EV_1" })).status,
    ).toBe(200)

  const pass = await ana.ok("GET", "/multiple/gen_token")
  expect(pass).toMatchObject({ rtc: "livekit", rtc_url: "wss://rtc.example.com", user_id: String(ana.uid) })
  expect(livekit.join(String(pass["token"]))).toBe(true)
  for (const guest of [bo, cai]) {
    await comesOnStage(table, guest)
    const { token } = await guest.ok("GET", "/multiple/gen_token", { rid })
    expect(livekit.join(String(token))).toBe(true)
    await tells("participant_joined", String(guest.uid))
  }
  expect(people()).toEqual([ana, bo, cai].map(({ uid }) => String(uid)))

  // The news of a connection that a newer one has replaced changes nothing.
  await tells("participant_left", String(bo.uid))
  await bo.ok("GET", "/multiple/gen_token", { rid })
  livekit.rooms.get(String(rid))?.delete(String(bo.uid))
  await tells("participant_left", String(bo.uid))
  await hearsFarewell(atHost, bo)
  await bo.fails(73, "GET", "/multiple/gen_token", { rid })

  const { token: kept } = await cai.ok("GET", "/multiple/gen_token", { rid })
  await ana.ok("POST", "/multiple/exit", { oid: cai.uid })
  await app.running.app.outbox.deliverDue()
  expect(people()).toEqual([String(ana.uid)])
  // Cai's token has not expired, so LiveKit lets him in, and he is put out again.
  expect(livekit.join(String(kept))).toBe(true)
  await tells("participant_joined", String(cai.uid))
  expect(people()).toEqual([String(ana.uid)])
  // What others do at the same LiveKit is none of ours.
  livekit.rooms.set("lounge", new Set(["7", "x"]))
  await tells("participant_joined", "7", "lounge")
  await tells("participant_joined", "EG_recorder")
  await tells("room_finished", String(ana.uid))
  expect([...(livekit.rooms.get("lounge") ?? [])]).toEqual(["7", "x"])

  await ana.ok("POST", "/multiple/exit")
  await app.running.app.outbox.deliverDue()
  expect([...livekit.rooms.keys()]).toEqual(["lounge"])
})

test("nobody but LiveKit is believed, and it tells again what could not be acted on", async () => {
  await using livekit = startFakeLivekit(Date.now)
  await using app = await startApp(settingsOf(livekit))
  const table = await aConference(app)
  const bo = await registers(app, "Bo")
  await comesOnStage(table, bo)
  const hook = `${app.url}/rtc/livekit/webhook`
  const news = {
    event: "participant_left",
    room: { name: String(table.rid) },
    participant: { identity: String(bo.uid) },
  }
  const status = async (...told: Parameters<FakeLivekit["tell"]>) => (await livekit.tell(...told)).status
  expect(await status(hook, news, { secret: "another" })).toBe(401)
  expect(await status(hook, news, { body: JSON.stringify({ ...news, id: "EV_2" }) })).toBe(401)
  expect(await status(hook, news, { age: 400 })).toBe(401)
  expect((await fetch(hook, { method: "POST", body: JSON.stringify(news) })).status).toBe(401)
  expect(await status(hook, { participant: 7 })).toBe(400)
  expect(await status(`${app.url}/rtc/livekit/other`, news)).toBe(404)
  expect(await status(`${app.url}/rtc/qiniu/webhook`, news)).toBe(404)
  await bo.ok("GET", "/multiple/gen_token", { rid: table.rid })

  livekit.mood = "broken"
  expect(await status(hook, news)).toBe(503)
  livekit.mood = "well"
  expect(await status(hook, news)).toBe(200)
  await bo.fails(73, "GET", "/multiple/gen_token", { rid: table.rid })
})

test("a LiveKit that is down opens nothing, and hears later of what ended meanwhile", async () => {
  await using livekit = startFakeLivekit(Date.now)
  await using app = await startApp(settingsOf(livekit))
  const ana = await registers(app, "Ana")
  const { rid } = await ana.ok("POST", "/multiple/create_room")
  for (const mood of ["broken", "garbage"] as const) {
    livekit.mood = mood
    await ana.fails(75, "POST", "/multiple/ready_room", { rid: String(rid) })
  }
  livekit.mood = "well"
  await ana.ok("POST", "/multiple/ready_room", { rid: String(rid) })
  livekit.mood = "broken"
  await ana.ok("POST", "/multiple/exit")
  await app.running.app.outbox.deliverDue()
  expect(livekit.rooms.size).toBe(1)
  livekit.mood = "well"
  // Its tokens are of our clock.
  expect(livekit.rooms.has(String(rid))).toBe(true)
  app.pass(2_000)
  await app.running.app.outbox.deliverDue()
  expect(livekit.rooms.size).toBe(0)
})

test.each([
  [
    { RTC_PROVIDER: "livekit", LIVEKIT_URL: "wss://a", LIVEKIT_API_KEY: "k" },
    "RTC_PROVIDER=livekit needs LIVEKIT_API_SECRET.",
  ],
  [{ RTC_PROVIDER: "qiniu" }, "RTC_PROVIDER=qiniu needs QINIU_ACCESS_KEY."],
  [{ TURN_URLS: "turn:t.example.com" }, "TURN_URLS needs TURN_SECRET."],
  [{ STUN_URLS: "http://s.example.com" }, "STUN_URLS must be addresses such as stun:"],
  [{ RTC_PROVIDER: "agora" }, "RTC_PROVIDER must be one of"],
] as [Record<string, string>, string][])("%p stops the start with a sentence", async (settings, sentence) => {
  await expect(startApp(settings)).rejects.toThrow(sentence)
})
