import { expect, test } from "bun:test"
import { Ana, Bo, Cai, Stage } from "./stage.ts"

test("a refused phone is told why", async () => {
  await using stage = new Stage()
  const bo = stage.connect(Bo, { refuse: 35 })

  expect((await bo.closed).code).toBe(4035)
  expect(bo.frames).toEqual([{ mtype: 4, err: 35 }])
  expect(stage.events()).toEqual([])
})

test("Bo's second socket goes on where the first was, unseen by the room", async () => {
  await using stage = new Stage()
  const ana = await stage.enter(Ana)
  const first = await stage.enter(Bo, { ext: true })
  await first.until("mtype", 1020)
  const second = stage.connect(Bo, { ext: true })

  expect((await first.closed).code).toBe(4048)
  expect(first.frames.at(-1)).toEqual({ mtype: 4, err: 48 })
  stage.say({ mtype: 1, msg: "still here" })
  await Promise.all([second.until("msg", "still here"), ana.until("msg", "still here")])
  expect(stage.events()).toEqual(["1 entered 7", "2 entered 7"])
  expect(ana.all("uid")).toEqual([Bo])
  expect(stage.hub.count(7)).toBe(1)
})

test("Bo leaves one room by entering another, and his lobby socket stays", async () => {
  await using stage = new Stage()
  const lobby = await stage.enter(Bo, { room: 0 })
  const seven = stage.connect(Bo, { room: 7 })
  await stage.log.until((event) => event.seat.roomId === 7)
  const eight = stage.connect(Bo, { room: 8 })

  expect((await seven.closed).code).toBe(4048)
  await eight.opened
  expect(stage.events()).toEqual(["2 entered 0", "2 entered 7", "2 left 7", "2 entered 8"])
  expect([stage.hub.roomOf(Bo), lobby.socket.readyState]).toEqual([8, WebSocket.OPEN])
})

test("a dismissed user hears the room out on every socket, then the reason", async () => {
  await using stage = new Stage()
  const ana = await stage.enter(Ana)
  const lobby = await stage.enter(Bo, { room: 0 })
  const room = stage.connect(Bo, { room: 7 })
  await ana.until("uid", Bo)
  stage.say({ mtype: 1, msg: "one" })
  stage.say({ mtype: 1, msg: "two" })
  stage.bus.post({ to: "dismiss", user: Bo, err: 60, frame: { mtype: 7, notice: "banned" } })
  stage.say({ mtype: 1, msg: "three" })

  expect([(await room.closed).code, (await lobby.closed).code]).toEqual([4060, 4060])
  expect(room.frames.slice(-4).map((frame) => frame["msg"] ?? frame["notice"] ?? frame["err"])).toEqual([
    "one",
    "two",
    "banned",
    60,
  ])
  expect(lobby.frames.map((frame) => frame.mtype)).toEqual([7, 4])
  await ana.until("msg", "three")
  expect([stage.hub.isOnline(Bo), stage.hub.count(7)]).toEqual([false, 0])
  expect(
    stage
      .events()
      .filter((event) => event.includes("left"))
      .toSorted(),
  ).toEqual(["2 left 0", "2 left 7"])
})

test("the listener can send somebody away who is just entering", async () => {
  await using stage = new Stage()
  stage.onEnter = (seat) => stage.bus.post({ to: "dismiss", user: seat.userId, err: 47 })
  const ana = stage.connect(Ana)

  expect((await ana.closed).code).toBe(4047)
  expect(ana.frames).toEqual([{ mtype: 4, err: 47 }])
  expect(stage.hub.statistics()).toMatchObject({ sockets: 0, rooms: 0 })
})

test("a listener that throws harms nobody", async () => {
  await using stage = new Stage()
  stage.onEnter = () => {
    throw new Error("entered")
  }
  stage.onText = async () => {
    throw new Error("said")
  }
  const bo = await stage.enter(Bo)
  bo.say("hello")
  await stage.errors.until((error) => String(error).includes("said"))
  stage.say({ mtype: 1, msg: "on we go" })
  await bo.until("msg", "on we go")

  expect(stage.errors.items.map(String)).toEqual(["Error: entered", "Error: said"])
})

test("one socket's messages are handled one after the other, and pings by the hub alone", async () => {
  await using stage = new Stage()
  const done: string[] = []
  stage.onText = async (_, text) => {
    await new Promise(setImmediate)
    done.push(text)
    if (text === "4") stage.say({ mtype: 1, msg: "all said" })
  }
  const bo = await stage.enter(Bo)
  bo.say('{"mtype":0}')
  for (const text of ["1", "2", "3", "4"]) bo.say(text)
  await bo.until("msg", "all said")

  expect(done).toEqual(["1", "2", "3", "4"])
  expect(bo.frames[0]).toEqual({ mtype: 0 })
})

test("a flood and a binary message end the socket", async () => {
  await using stage = new Stage({ inboundPerSecond: 0.001, inboundBurst: 3 })
  const bo = await stage.enter(Bo)
  const cai = await stage.enter(Cai)
  for (let n = 0; n < 9; n++) bo.say(String(n))
  cai.socket.send(new Uint8Array([1]))

  expect([(await bo.closed).code, (await cai.closed).code]).toEqual([1008, 1003])
  expect(stage.log.items.filter((event) => event.what === "said").length).toBe(3)
})

test("no more messages wait than may, even without the flood bound", async () => {
  await using stage = new Stage({ inboundPerSecond: 0, inboxFrames: 3 })
  stage.onText = () => new Promise(() => {})
  const bo = await stage.enter(Bo)
  for (let n = 0; n < 5; n++) bo.say(String(n))

  expect((await bo.closed).code).toBe(1008)
})
