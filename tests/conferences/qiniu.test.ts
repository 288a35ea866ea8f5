import { expect, test } from "bun:test"
import { startApp } from "../support/app.ts"
import { registers } from "../support/cast.ts"
import { startFakeQiniuRtc } from "../support/fakes/qiniu_rtc.ts"
import { aConference, comesOnStage, saidIn } from "./stage.ts"

test("a conference at Qiniu: the documented token, a room that comes and goes with it, and a guest thrown out there too", async () => {
  await using qiniu = await startFakeQiniuRtc()
  const { accessKey, secretKey, rtcUrl } = qiniu.settings
  const keys = { QINIU_ACCESS_KEY: accessKey, QINIU_SECRET_KEY: secretKey, QINIU_RTC_URL: rtcUrl }
  await using app = await startApp({ RTC_PROVIDER: "qiniu", ...keys })
  const table = await aConference(app)
  const { host: ana, rid } = table
  expect([...qiniu.rooms.keys()]).toEqual([String(rid)])
  const bo = await registers(app, "Bo")
  await comesOnStage(table, bo)
  expect(Object.keys(saidIn(await bo.ok("GET", "/multiple/gen_token", { rid })) as object)).toEqual([
    "room_name",
    "user_id",
    "perm",
    "expire_at",
  ])
  const people = qiniu.rooms.get(String(rid))?.people
  people?.add(String(ana.uid)).add(String(bo.uid))
  await ana.ok("POST", "/multiple/exit", { oid: bo.uid })
  await app.running.app.outbox.deliverDue()
  expect([...(people ?? [])]).toEqual([String(ana.uid)])
  await ana.ok("POST", "/multiple/exit")
  await app.running.app.outbox.deliverDue()
  expect(qiniu.rooms.size).toBe(0)
})

test("STUN and TURN servers are told beside the token", async () => {
  await using app = await startApp({
    STUN_URLS: "stun:s.example.com",
    TURN_URLS: "turn:t.example.com,turns:t.example.com?transport=tcp",
    TURN_SECRET: "north",
  })
  const { host: ana } = await aConference(app)
  expect(await ana.ok("GET", "/multiple/gen_token")).toMatchObject({
    rtc: "builtin",
    ice_servers: [
      { urls: ["stun:s.example.com"] },
      {
        urls: ["turn:t.example.com", "turns:t.example.com?transport=tcp"],
        username: expect.stringMatching(new RegExp(`^\\d{10}:${ana.uid}$`)),
        credential: expect.any(String),
      },
    ],
  })
})
