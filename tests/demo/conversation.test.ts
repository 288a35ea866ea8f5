import { expect, test } from "bun:test"
import { type Conversation, hear, silence } from "../../src/demo/page/room/conversation.ts"
import type { Frame } from "../../src/demo/page/room/frames.ts"

const hearAll = (frames: Frame[], before: Conversation = silence) => frames.reduce(hear, before)

const snapshot = { mtype: 1020, count: 2, rice: 7, gagged: false, epoch: "e", seq: 4, recovered: false }
const gift = { mtype: 2, uid: 5, nick_name: "Bo", gift_name: "玫瑰", num: 1, combo: 1, rice: 90, room_rice: 12 }

test("a gift that is told twice is shown once", () => {
  const { lines, rice } = hearAll([snapshot, { ...gift, id: 1 }, { ...gift, id: 1 }, { ...gift, id: 2, room_rice: 17 }])
  expect(lines.map(({ kind }) => kind)).toEqual(["gift", "gift"])
  expect(rice).toBe(17)
})

test("whoever comes back is told of a hole in the talk, and of none where there is none", () => {
  const before = hearAll([snapshot, { mtype: 1, uid: 5, nick_name: "Bo", msg: "hello" }])
  expect(hear(before, { ...snapshot, recovered: true }).lines.map(({ kind }) => kind)).toEqual(["chat"])
  expect(hear(before, snapshot).lines.map(({ kind }) => kind)).toEqual(["chat", "missed"])
})

test("the audience is who came and did not leave, and its number is the server's", () => {
  const entered = (uid: number) => ({ mtype: 18, uid, nick_name: `U${uid}` })
  const { audience, count } = hearAll([
    snapshot,
    entered(5),
    entered(6),
    entered(5),
    { mtype: 1012, uid: 6 },
    { mtype: 1013, count: 9 },
  ])
  expect(audience.map(({ Uid }) => Uid)).toEqual([5])
  expect(count).toBe(9)
})

test("the end comes with its totals, and frames of another time change nothing", () => {
  const before = hearAll([snapshot, { mtype: 3, uid: 5, count: 3 }])
  expect(before.stars).toBe(3)
  expect(hear(before, { mtype: 60, current: 5 })).toBe(before)
  expect(hear(before, { mtype: 5, time: 61, count: "4", rice: "7" }).ended).toEqual({ time: 61, count: "4", rice: "7" })
})

test("a long evening takes no more memory than a short one", () => {
  const frames = Array.from({ length: 1_000 }, (_, at): Frame[] => [
    { mtype: 1, uid: at, nick_name: "U", msg: String(at) },
    { mtype: 18, uid: at, nick_name: "U" },
    { ...gift, id: at },
  ]).flat()
  const { lines, audience, gifts } = hearAll(frames)
  expect([lines.length, audience.length, gifts.length]).toEqual([200, 50, 200])
  expect(new Set(lines.map(({ id }) => id)).size).toBe(200)
})
