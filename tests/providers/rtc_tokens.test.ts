import { expect, test } from "bun:test"
import { builtinRtc } from "../../src/providers/rtc/builtin.ts"
import { iceServers } from "../../src/providers/rtc/ice.ts"
import { readJwt, signJwt } from "../../src/providers/rtc/jwt.ts"
import { livekitToken } from "../../src/providers/rtc/livekit.ts"
import { readLivekitWebhook } from "../../src/providers/rtc/livekit_webhook.ts"
import { qiniuRoomToken } from "../../src/providers/rtc/qiniu.ts"
import { piliToken } from "../support/fakes/pili_sign.ts"

const dummies = { accessKey: "ak", secretKey: "sk" }
const devkey = { apiKey: "devkey", apiSecret: "secretsecretsecretsecretsecret12" }

test("Qiniu's room token is the one that its own package makes", () => {
  const admission = { room: "room1", user: "u123", role: "admin", expireAt: 1_785_600_000 } as const
  const token = qiniuRoomToken(dummies, admission)
  expect(token).toBe(
    "ak:pwb9oKqFU6xjQExxnvCjcliv3_k=:eyJyb29tX25hbWUiOiJyb29tMSIsInVzZXJfaWQiOiJ1MTIzIiwicGVybSI6ImFkbWluIiwiZXhwaXJlX2F0IjoxNzg1NjAwMDAwfQ==",
  )
  const guests = qiniuRoomToken(dummies, { ...admission, user: "7", role: "user" })
  const [, , said = ""] = guests.split(":")
  expect(guests).toBe(`${piliToken(dummies, said)}:${said}`)
  expect(JSON.parse(Buffer.from(said, "base64").toString())).toEqual({
    room_name: "room1",
    user_id: "7",
    perm: "user",
    expire_at: 1_785_600_000,
  })
})

test("LiveKit's access token is the one that its own package makes; a host's may throw people out", () => {
  const admission = { room: "room1", user: "u123", role: "user", from: 1_700_000_000, until: 4_102_444_800 } as const
  expect(livekitToken(devkey, admission)).toBe(
    "eyJhbGciOiJIUzI1NiJ9.eyJ2aWRlbyI6eyJyb29tIjoicm9vbTEiLCJyb29tSm9pbiI6dHJ1ZSwiY2FuUHVibGlzaCI6dHJ1ZSwiY2FuU3Vic2NyaWJlIjp0cnVlfSwiaXNzIjoiZGV2a2V5IiwiZXhwIjo0MTAyNDQ0ODAwLCJuYmYiOjE3MDAwMDAwMDAsInN1YiI6InUxMjMifQ.3nQfWBVaI9Ovtvt1RNMJFRhLY3cPNU7gHH0r42nwW00",
  )
  const hosts = readJwt(livekitToken(devkey, { ...admission, role: "admin" }), devkey.apiSecret, 1_700_000_000)
  expect(hosts).toMatchObject({ sub: "u123", video: { room: "room1", roomJoin: true, roomAdmin: true } })
})

test("LiveKit's webhook is believed for its very body, key and secret, within its time", () => {
  const body = new TextEncoder().encode(
    '{"event":"room_started","room":{"sid":"RM_abc","name":"room1"},"id":"EV_1","createdAt":"1700000000"}',
  )
  const authorization =
    "eyJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJkZXZrZXkiLCJleHAiOjQxMDI0NDQ4MDAsIm5iZiI6MTcwMDAwMDAwMCwic2hhMjU2IjoiSnhYWnErZkxQUjcxaG8wbzk2S0x3SHVGVlhXdFZqSzFvc0dsT3EvL3FSYz0ifQ.-jLu8ufDaVu8j3PLmVjNSFSjTZEKig2c9918Cs4ZnLo"
  const read = (text: string, said: string | Uint8Array, keys = devkey, seconds = 1_700_000_000) =>
    readLivekitWebhook(
      {
        headers: new Headers({ authorization: text }),
        body: typeof said === "string" ? new TextEncoder().encode(said) : said,
      },
      keys,
      seconds,
    ).kind
  expect(read(authorization, body)).toBe("other")
  expect(read(authorization, `${new TextDecoder().decode(body)} `)).toBe("refused")
  expect(read(authorization, body, { ...devkey, apiKey: "another" })).toBe("refused")
  expect(read(authorization, body, { ...devkey, apiSecret: "another" })).toBe("refused")
  expect(read(authorization, body, devkey, 4_102_444_900)).toBe("refused")
  expect(read(authorization, body, devkey, 1_699_999_000)).toBe("refused")
  expect(read(`Bearer ${authorization}`, body)).toBe("refused")
  expect(read("", body)).toBe("refused")
})

test("a token that is signed by nobody, in another way or twice is none", () => {
  const { apiSecret } = devkey
  const token = signJwt({ iss: "devkey", exp: 2_000 }, apiSecret)
  expect(readJwt(token, apiSecret, 1_000)).toEqual({ iss: "devkey", exp: 2_000 })
  const [header = "", payload = "", signature = ""] = token.split(".")
  const none = Buffer.from('{"alg":"none"}').toString("base64url")
  const bad = [
    `${none}.${payload}.`,
    `${none}.${payload}.${signature}`,
    `${header}.${payload}`,
    `${token}.${signature}`,
    `${header}.${Buffer.from('{"iss":"devkey","exp":9000}').toString("base64url")}.${signature}`,
    signJwt({ iss: "devkey" }, apiSecret),
    signJwt({ iss: "devkey", exp: "2000" }, apiSecret),
    "..",
    "",
  ]
  for (const one of bad) expect([one, readJwt(one, apiSecret, 1_000)]).toEqual([one, undefined])
})

test("TURN credentials are coturn's: a name with an expiry, and its HMAC-SHA1 as the password", () => {
  const turn = { stunUrls: ["stun:s.example.com"], turnUrls: ["turn:t.example.com"], turnSecret: "north" }
  expect(iceServers(turn, 7, 1_433_895_918_000)).toEqual([
    { urls: ["stun:s.example.com"] },
    // printf 1433899518:7 | openssl dgst -sha1 -hmac north -binary | base64
    { urls: ["turn:t.example.com"], username: "1433899518:7", credential: "MxJLe/yLket9L1kuzDz5mKTygJs=" },
  ])
  expect(iceServers({ stunUrls: [], turnUrls: [], turnSecret: undefined }, 7, 0)).toEqual([])
})

test("the token of this server's own conferences has the form of Qiniu's, and is signed", () => {
  const rtc = builtinRtc({
    stunUrls: [],
    turnUrls: [],
    turnSecret: undefined,
    sign: (text) => `sign-${text.length}`,
    now: () => 0,
  })
  const { token, room, user } = rtc.pass(5, 7, "admin")
  const [name, signature, said = ""] = token.split(":")
  expect([name, signature, room, user]).toEqual(["builtin", `sign-${said.length}`, "5", "7"])
  expect(Buffer.from(said, "base64").toString()).toBe(
    '{"room_name":"5","user_id":"7","perm":"admin","expire_at":21600}',
  )
})
