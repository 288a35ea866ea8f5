import { expect, test } from "bun:test"
import { Ana, Bo, Cai, Dee, Stage } from "./stage.ts"

test("lanes keep one order, and the numbers have no gap", async () => {
  await using stage = new Stage()
  const ana = await stage.enter(Ana)
  const bo = await stage.enter(Bo, { ext: true })
  await bo.until("mtype", 1020)

  for (let n = 0; n < 300; n++) {
    const lane = n % 3 === 0 ? "chat" : n % 3 === 1 ? "money" : "extension"
    stage.say({ mtype: 1, n, text: n % 50 === 0 ? "长".repeat(9000) : "hi" }, lane)
    if (n % 40 === 0) await bo.until("n", n)
  }
  await Promise.all([bo.until("n", 299), ana.until("n", 298)])

  expect(bo.all("n")).toEqual(Array.from({ length: 300 }, (_, n) => n))
  expect(ana.all("n")).toEqual(bo.all("n").filter((n) => Number(n) % 3 !== 2))
  const seqs = bo.all("seq").slice(1)
  expect(seqs).toEqual(Array.from({ length: 200 }, (_, n) => Number(seqs[0]) + n))
})

test("Bo does not see his own entering, the others do, and the host is not audience", async () => {
  await using stage = new Stage()
  const ana = await stage.enter(Ana)
  const bo = await stage.enter(Bo, { ext: true })
  await ana.until("uid", Bo)
  stage.say({ mtype: 1, msg: "hi" })
  await bo.until("msg", "hi")

  expect(bo.frames.map((frame) => frame.mtype)).toEqual([1020, 1])
  expect(bo.frames[0]).toMatchObject({ seq: 2, count: 1, recovered: false })
  await stage.enter(Cai)
  expect([stage.hub.audience(7), stage.hub.audience(7, 1), stage.hub.count(7)]).toEqual([[Bo, Cai], [Bo], 2])
  expect([stage.hub.hostIsIn(7), stage.hub.roomOf(Cai), stage.hub.roomOf(Dee)]).toEqual([true, 7, undefined])
  await ana.leave()
  await stage.log.until((event) => event.what === "left")
  expect([stage.hub.hostIsIn(7), stage.hub.count(7)]).toEqual([false, 2])
})

test("whoever enters during a burst loses no frame and gets none twice", async () => {
  await using stage = new Stage()
  const ana = await stage.enter(Ana)
  const crowd = []
  for (let n = 0; n < 600; n++) {
    stage.say({ mtype: 1, n }, n % 2 ? "chat" : "money")
    if (n % 10 === 0) crowd.push(stage.connect(100 + n, { ext: true }))
    if (n % 5 === 0) await new Promise(setImmediate)
  }
  for (let n = 0; n < 600; n += 10) await stage.log.until((event) => event.seat.userId === 100 + n)
  stage.say({ mtype: 1, n: "end" })

  for (const reader of [ana, ...crowd]) await reader.until("n", "end")
  const last = Number(ana.all("seq").at(-1))
  for (const { frames } of crowd) {
    const start = Number(frames[0]?.["seq"])
    expect(frames[0]?.mtype).toBe(1020)
    expect(frames.slice(1).map((frame) => frame["seq"])).toEqual(
      Array.from({ length: last - start }, (_, n) => start + 1 + n),
    )
  }
})

test("a frame to one seat keeps its place between the room's, also on entering", async () => {
  await using stage = new Stage()
  const ana = await stage.enter(Ana)
  stage.onEnter = (seat) => {
    stage.say({ mtype: 18, uid: seat.userId })
    stage.hub.send(seat, { mtype: 6, notice: "welcome" })
    stage.say({ mtype: 3, uid: seat.userId })
  }
  stage.say({ mtype: 1, msg: "before" })
  const bo = await stage.enter(Bo)
  stage.say({ mtype: 1, msg: "one" })
  stage.bus.post({ to: "user", user: Bo, frame: { mtype: 6, notice: "for you" } })
  stage.say({ mtype: 1, msg: "two" }, "money")
  await Promise.all([bo.until("msg", "two"), ana.until("msg", "two")])

  expect(bo.frames.map((frame) => frame["notice"] ?? frame["msg"])).toEqual(["welcome", "one", "for you", "two"])
  expect(ana.all("notice")).toEqual([])
})

test("a notice reaches rooms and lobby, a personal frame the room before the lobby", async () => {
  await using stage = new Stage()
  const lobby = await stage.enter(Bo, { room: 0 })
  stage.bus.post({ to: "user", user: Bo, frame: { mtype: 6, notice: "lobby" } })
  await lobby.until("notice", "lobby")
  const ana = await stage.enter(Ana)
  const room = stage.connect(Bo, { room: 7 })
  await ana.until("uid", Bo)
  stage.bus.post({ to: "user", user: Bo, frame: { mtype: 6, notice: "room" } })
  stage.bus.post({ to: "everyone", frame: { mtype: 6, notice: "all" } })
  await Promise.all([lobby, room, ana].map((reader) => reader.until("notice", "all")))

  expect(lobby.all("notice")).toEqual(["lobby", "all"])
  expect(room.all("notice")).toEqual(["room", "all"])
  expect(stage.hub.statistics()).toMatchObject({ sockets: 3, rooms: 1 })
})

test("a room that is over delivers its last frame, closes and is forgotten", async () => {
  await using stage = new Stage()
  const readers = [await stage.enter(Ana), await stage.enter(Bo)]
  stage.say({ mtype: 5, rice: "9" }, "money")
  stage.bus.post({ to: "close", room: 7 })

  for (const reader of readers) {
    expect(await reader.closed).toEqual({ code: 1000, reason: "room closed" })
    expect(reader.frames.at(-1)?.mtype).toBe(5)
  }
  expect(stage.hub.statistics()).toMatchObject({ sockets: 0, rooms: 0 })
  expect(stage.events().slice(-2)).toEqual(["1 left 7", "2 left 7"])
  expect(stage.hub.dump()).toEqual([])
})

test("a room spans all ports", async () => {
  await using stage = new Stage()
  const readers = [
    await stage.enter(Ana, { ext: true }),
    await stage.enter(Bo, { ext: true, port: stage.listen() }),
  ] as const
  for (const reader of readers) await reader.until("mtype", 1020)
  for (let n = 0; n < 9; n++) stage.say({ mtype: 1, n })
  for (const reader of readers) {
    await reader.until("n", 8)
    expect(reader.all("n")).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8])
  }
})
