import { afterAll, beforeAll, describe, expect, test } from "bun:test"
import { ksyunMedia } from "../../src/providers/media/ksyun.ts"
import { ksyunQuery, ksyunSign, leechKey } from "../../src/providers/media/ksyun_sign.ts"
import { callbackDoor, notingListener } from "../support/callbacks.ts"
import { type FakeKsyun, type KsyunMood, startFakeKsyun } from "../support/fakes/ksyun.ts"

/** Half past seven in the evening, in seconds since 1970. */
const evening = 1_785_583_800
const hour = 3_600

let seconds = evening
const now = () => seconds * 1_000
let ksyun: FakeKsyun
beforeAll(() => {
  ksyun = startFakeKsyun(now)
})
afterAll(() => ksyun[Symbol.asyncDispose]())

interface Terms {
  pushKey?: string
  leechKey?: string
  callbackSecret?: string | undefined
  domain?: string
  dashboardUrl?: undefined
  timeout?: number
}
const mediaOf = (ksyun: FakeKsyun, terms: Terms = {}) =>
  ksyunMedia({ ...ksyun.settings, pushKey: undefined, leechKey: undefined, now, timeout: 5_000, ...terms })
const roomOver = { save: true, startedAt: evening * 1_000, finishedAt: (evening + hour) * 1_000 }

describe("signatures", () => {
  const nonce = "4e1f2519c626cbfbab1520c255830c26"

  test.each([
    [{ nonce, public: "0", vdoid: "12345" }, "a0UuWfq2Ajsuvu7DU6i3BAnyv48="],
    [{ vdoid: "12345", public: "0", nonce }, "a0UuWfq2Ajsuvu7DU6i3BAnyv48="],
    [{ nonce, vdoid: "12345" }, "M5Ctd7YAXs2I2gCkl2TnPC8nj7U="],
    [{ app: "live", name: "s1", nonce }, "7/uI8CKpg+nsBH9FVrdM/78id5s="],
    [{ nonce: "n1", uid: "1001", uniqname: "demo" }, "vKoWSazCVxSV0vuQ/hv7lhBKHi8="],
  ] as [Record<string, string>, string][])("of %p", (parameters, signature) => {
    expect(ksyunSign("sk", 1_785_600_000, parameters)).toBe(signature)
  })

  test("stand in an address percent-encoded", () => {
    const keys = { accessKey: "ak", secretKey: "sk" }
    expect(String(ksyunQuery(keys, 1_785_600_000, { nonce, public: "0", vdoid: "12345" }))).toBe(
      `signature=a0UuWfq2Ajsuvu7DU6i3BAnyv48%3D&accesskey=ak&expire=1785600000&nonce=${nonce}&public=0&vdoid=12345`,
    )
    expect(String(ksyunQuery(keys, 1_785_600_000, { app: "live", name: "s1", nonce }))).toStartWith(
      "signature=7%2FuI8CKpg%2BnsBH9FVrdM%2F78id5s%3D&",
    )
  })

  test("of the MD5 form", () => {
    expect(leechKey("123456", "stream", 1_560_096_712)).toBe("4f88e741140240e2")
  })
})

describe("addresses", () => {
  test("push by access key, expire, and cannot be changed", () => {
    seconds = evening
    const media = mediaOf(ksyun)
    const address = media.pushAddress(8)
    expect(address).toStartWith("rtmp://mili.uplive.ks-cdn.com/live/8?signature=")
    expect(address).toMatch(/&accesskey=AK&expire=1785605400&nonce=[0-9a-f]{32}&public=1&vdoid=8$/)
    expect(address).not.toBe(media.pushAddress(8))
    expect(ksyun.push(address.replace("vdoid=8", "vdoid=9"))).toBe("forged")
    expect(ksyun.push(address)).toBe("accepted")
    seconds += 6 * hour
    expect(ksyun.push(address)).toBe("expired")
  })

  test("are open to every viewer without an anti-leech key", () => {
    expect(mediaOf(ksyun).playAddresses(8)).toEqual({
      rtmp: "rtmp://mili.rtmplive.ks-cdn.com/live/8",
      flv: "http://mili.hdllive.ks-cdn.com/live/8.flv",
      hls: "http://mili.hlslive.ks-cdn.com/live/8/index.m3u8",
    })
  })

  test("in the MD5 form open for a day, and a viewer's does not push", () => {
    seconds = evening
    const media = mediaOf(ksyun, { pushKey: "push key", leechKey: "play key" })
    const addresses = Object.values(media.playAddresses(8))
    for (const address of addresses) expect(ksyun.plays(address, "play key")).toBe(true)
    expect(ksyun.push(media.pushAddress(8), "push key")).toBe("accepted")
    const { search } = new URL(media.playAddresses(8).rtmp)
    expect(ksyun.push(`rtmp://mili.uplive.ks-cdn.com/live/8${search}`, "push key")).toBe("forged")
    seconds += 24 * hour
    for (const address of addresses) expect(ksyun.plays(address, "play key")).toBe(false)
    expect(() => mediaOf(ksyun, { pushKey: "one key", leechKey: "one key" })).toThrow("must differ")
  })

  test("stand on a domain of one's own", () => {
    const media = mediaOf(ksyun, { domain: "video.example.com" })
    expect(media.pushAddress(8)).toStartWith("rtmp://uplive.video.example.com/live/8?")
    expect(media.playAddresses(8).hls).toBe("http://hlslive.video.example.com/live/8/index.m3u8")
  })
})

test("an evening: Eve pushes, is seen, closes her room, and her address opens no more", async () => {
  seconds = evening
  await using ksyun = startFakeKsyun(now)
  const media = mediaOf(ksyun)
  const { told, listener } = notingListener()
  await using door = callbackDoor(media, listener)
  const to = `${door.url}${ksyun.settings.callbackSecret}`
  const address = media.pushAddress(7)
  expect(await media.isStreaming(7)).toBe(false)
  expect(ksyun.push(address)).toBe("accepted")
  expect((await ksyun.callBack(to, { stream: "7", type: "PubStart", at: now() })).status).toBe(200)
  expect(await media.isStreaming(7)).toBe(true)
  expect(await media.isStreaming(8)).toBe(false)

  seconds += hour
  await media.close(7, roomOver, listener)
  expect(await media.isStreaming(7)).toBe(false)
  expect(ksyun.push(address)).toBe("blocked")
  expect(ksyun.push(media.pushAddress(7))).toBe("blocked")
  expect((await ksyun.callBack(to, { stream: "7", type: "PubEnd", at: now() })).status).toBe(200)
  await media.close(7, roomOver, listener)
  expect(told).toEqual(["started 7", "ended 7"])
})

describe("callbacks", () => {
  const came = { stream: "7", type: "PubStart", at: evening * 1_000 } as const
  const went = { stream: "7", type: "PubEnd", at: (evening + 60) * 1_000 } as const

  test("without the secret are not believed, nor when none is set", async () => {
    const { told, listener } = notingListener()
    for (const callbackSecret of [ksyun.settings.callbackSecret, undefined, ""]) {
      await using door = callbackDoor(mediaOf(ksyun, { callbackSecret }), listener)
      for (const path of ["", "a-guess", `${ksyun.settings.callbackSecret}x`]) {
        expect((await ksyun.callBack(door.url + path, came)).status).toBe(404)
      }
    }
    expect(told).toEqual([])
  })

  test("that are malformed are refused; another stream's are taken and left", async () => {
    const { told, listener } = notingListener()
    await using door = callbackDoor(mediaOf(ksyun), listener)
    const to = `${door.url}${ksyun.settings.callbackSecret}`
    expect((await fetch(to)).status).toBe(405)
    for (const body of ["", "[]", '{"NotifyType":"PubStart"}', JSON.stringify({ ...came, NotifyType: "PubPause" })]) {
      expect((await fetch(to, { method: "POST", body })).status).toBe(400)
    }
    expect((await ksyun.callBack(to, { ...came, at: -1 })).status).toBe(400)
    for (const foreign of [{ app: "radio" }, { uniqueName: "other" }, { stream: "rehearsal" }, { stream: "07" }]) {
      expect((await ksyun.callBack(to, { ...came, ...foreign })).status).toBe(200)
    }
    expect(told).toEqual([])
  })

  test("that come late or again do not undo what is newer", async () => {
    await using ksyun = startFakeKsyun(now)
    const { told, listener } = notingListener()
    await using door = callbackDoor(mediaOf(ksyun), listener)
    const to = `${door.url}${ksyun.settings.callbackSecret}`
    await ksyun.callBack(to, came)
    await ksyun.callBack(to, went)
    await ksyun.callBack(to, { ...came, at: went.at + 1, sequence: "2" })
    expect(told.splice(0)).toEqual(["started 7", "ended 7", "started 7"])
    await ksyun.callBack(to, went)
    await ksyun.callBack(to, came)
    expect(told).toEqual([])
    expect(ksyun.asked).toEqual([])
  })

  test("of an end that may be another connection's have the provider asked", async () => {
    await using ksyun = startFakeKsyun(now)
    const { told, listener } = notingListener()
    await using door = callbackDoor(mediaOf(ksyun), listener)
    const to = `${door.url}${ksyun.settings.callbackSecret}`
    ksyun.live.add("7")
    // The phone changed from one network to another: the end of the first connection is noticed after the second began.
    await ksyun.callBack(to, { ...came, sequence: "2" })
    await ksyun.callBack(to, { ...went, sequence: "1" })
    expect(told.splice(0)).toEqual(["started 7"])
    expect(ksyun.asked).toEqual(["/v2/stat 7"])
    await ksyun.callBack(to, { ...went, sequence: "2" })
    expect(told.splice(0)).toEqual(["ended 7"])
    expect(ksyun.asked).toHaveLength(1)

    await using fresh = callbackDoor(mediaOf(ksyun), listener)
    const freshTo = `${fresh.url}${ksyun.settings.callbackSecret}`
    ksyun.mood = "broken"
    expect((await ksyun.callBack(freshTo, went)).status).toBe(503)
    ksyun.mood = "well"
    expect((await ksyun.callBack(freshTo, went)).status).toBe(200)
    expect(told).toEqual([])
    ksyun.live.delete("7")
    await ksyun.callBack(freshTo, went)
    expect(told).toEqual(["ended 7"])
  })
})

describe("a Kingsoft Cloud that fails", () => {
  const failures: [KsyunMood, string][] = [
    ["slow", "did not answer in 100 ms"],
    ["broken", "answered 502"],
    ["denying", "errno 1100"],
    ["endless", "too much"],
    ["garbage", "malformed"],
    ["hollow", "malformed"],
  ]

  test.each(failures)("%s: every call throws, and works later", async (mood, sentence) => {
    seconds = evening
    await using ksyun = startFakeKsyun(now)
    const media = mediaOf(ksyun, mood === "slow" ? { timeout: 100 } : {})
    const { listener } = notingListener()
    ksyun.live.add("7")
    ksyun.mood = mood
    await expect(media.isStreaming(7)).rejects.toThrow(sentence)
    await expect(media.close(7, roomOver, listener)).rejects.toThrow(sentence)
    expect(await media.check()).toContain(sentence)
    expect([...ksyun.blocked]).toEqual([])

    ksyun.mood = "well"
    expect(await media.check()).toBeUndefined()
    expect(await media.isStreaming(7)).toBe(true)
    await media.close(7, roomOver, listener)
    expect([...ksyun.blocked]).toEqual(["7"])
  })

  test("dead when Eve closes: closing throws until it is back", async () => {
    await using ksyun = startFakeKsyun(now)
    const media = mediaOf(ksyun)
    const { listener } = notingListener()
    await ksyun.kill()
    await expect(media.close(7, roomOver, listener)).rejects.toThrow("Kingsoft Cloud cannot be reached")
    ksyun.revive()
    await media.close(7, roomOver, listener)
    expect([...ksyun.blocked]).toEqual(["7"])
  })

  test("a wrong key is refused, and no message tells a signature", async () => {
    const media = ksyunMedia({
      ...ksyun.settings,
      secretKey: "a guess",
      pushKey: undefined,
      leechKey: undefined,
      now,
      timeout: 5_000,
    })
    await expect(media.isStreaming(7)).rejects.toThrow(/^Kingsoft Cloud refuses the call \(errno 1100\)$/)
  })
})
