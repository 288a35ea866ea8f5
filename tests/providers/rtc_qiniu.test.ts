import { expect, test } from "bun:test"
import { qiniuRtc } from "../../src/providers/rtc/qiniu.ts"
import { type FakeQiniuRtc, startFakeQiniuRtc } from "../support/fakes/qiniu_rtc.ts"

const rtcAt = ({ settings }: FakeQiniuRtc, more: object = {}) =>
  qiniuRtc({ ...settings, prefix: "", now: () => 1_785_000_000_000, timeout: 5_000, ...more })

test("a room is made once however often it is asked for, and ended", async () => {
  await using qiniu = await startFakeQiniuRtc()
  const rtc = rtcAt(qiniu)
  await rtc.open(7, 42)
  await rtc.open(7, 42)
  expect([...qiniu.rooms]).toMatchObject([["7", { owner: "42", max: rtc.stageMax }]])
  await rtc.close(7)
  await rtc.close(7)
  expect(qiniu.rooms.size).toBe(0)
})

test("one that is over at Qiniu's cannot be opened again", async () => {
  await using qiniu = await startFakeQiniuRtc()
  const rtc = rtcAt(qiniu)
  await rtc.open(7, 42)
  qiniu.rooms.set("7", { owner: "42", max: 12, status: 2, people: new Set() })
  await expect(rtc.open(7, 42)).rejects.toThrow("Qiniu answered 611 (room exists)")
})

test("somebody is thrown out; who is not there, or where nobody is, is fine", async () => {
  await using qiniu = await startFakeQiniuRtc()
  const rtc = rtcAt(qiniu)
  await rtc.open(7, 42)
  await rtc.remove(7, 9)
  qiniu.rooms.get("7")?.people.add("9").add("8")
  await rtc.remove(7, 9)
  expect([...(qiniu.rooms.get("7")?.people ?? [])]).toEqual(["8"])
  await rtc.remove(8, 9)
})

test("rooms and people have the prefix, in calls and in tokens", async () => {
  await using qiniu = await startFakeQiniuRtc()
  const rtc = rtcAt(qiniu, { prefix: "mili-" })
  await rtc.open(7, 42)
  expect(qiniu.rooms.get("mili-7")).toMatchObject({ owner: "mili-42" })
  await rtc.remove(7, 9)
  expect(qiniu.asked.at(-1)).toBe("DELETE /v1/rooms/mili-7/users/mili-9")
  const { token, room, user } = rtc.pass(7, 9, "user")
  expect([room, user]).toEqual(["mili-7", "mili-9"])
  expect(JSON.parse(Buffer.from(token.split(":")[2] ?? "", "base64").toString())).toEqual({
    room_name: "mili-7",
    user_id: "mili-9",
    perm: "user",
    expire_at: 1_785_000_000 + 6 * 3_600,
  })
})

test("a Qiniu that is down, slow, out of its mind or knows another key is told in a sentence without secrets", async () => {
  await using qiniu = await startFakeQiniuRtc()
  const rtc = rtcAt(qiniu, { timeout: 100 })
  expect(await rtc.check()).toBeUndefined()
  const stranger = rtcAt(qiniu, { secretKey: "another" })
  expect(await stranger.check()).toBe("Qiniu answered 401 (bad token)")
  await expect(stranger.open(7, 42)).rejects.toThrow("Qiniu answered 401 (bad token)")
  qiniu.mood = "broken"
  for (const call of [() => rtc.open(7, 42), () => rtc.close(7), () => rtc.remove(7, 9)]) {
    await expect(call()).rejects.toThrow("Qiniu answered 502")
  }
  qiniu.mood = "garbage"
  expect(await rtc.check()).toBe("Qiniu's answer is malformed")
  qiniu.mood = "slow"
  await expect(rtc.open(7, 42)).rejects.toThrow("Qiniu did not answer in 100 ms")
})
