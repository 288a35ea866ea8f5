import { expect, test } from "bun:test"
import { eq } from "drizzle-orm"
import { users } from "../../src/accounts/tables.ts"
import { write } from "../../src/db/write.ts"
import { startApp } from "../support/app.ts"
import { registers } from "../support/cast.ts"

test("Bo may say five things at once and then one a second; the same thing twice is dropped", async () => {
  await using app = await startApp({ RATE_LIMITS: "on" })
  const ana = await registers(app, "Ana")
  const bo = await registers(app, "Bo")
  const roomId = await ana.opensRoom()
  const atBo = await bo.enters(roomId)
  for (const words of ["one", "two", "two", "three", "four", "five", "six"]) atBo.says(words)
  expect(await atBo.hears({ mtype: 6 })).toMatchObject({ notice: expect.stringContaining("too fast") })
  const heard = () => atBo.frames.filter(({ mtype }) => mtype === 1).map(({ msg }) => msg)
  expect(heard()).toEqual(["one", "two", "three", "four", "five"])
  app.pass(1_000)
  atBo.says("seven")
  await atBo.hears({ mtype: 1, msg: "seven" })
})

test("who speaks and leaves at once is heard to the last word, in order", async () => {
  await using app = await startApp()
  const ana = await registers(app, "Ana")
  const bo = await registers(app, "Bo")
  const roomId = await ana.opensRoom()
  const [atAna, atBo] = [await ana.enters(roomId), await bo.enters(roomId)]
  const words = Array.from({ length: 20 }, (_, n) => `word ${n}`)
  for (const word of words) atBo.says(word)
  await atBo.leaves()
  await atAna.hears({ mtype: 1, msg: "word 19" })
  expect(atAna.frames.filter(({ mtype }) => mtype === 1).map(({ msg }) => msg)).toEqual(words)
})

test("the host's goodbye is heard before the room closes, and a viewer's last words before the viewer is gone", async () => {
  await using app = await startApp()
  const ana = await registers(app, "Ana")
  const bo = await registers(app, "Bo")
  const cai = await registers(app, "Cai")
  const roomId = await ana.opensRoom()
  const [atAna, atBo] = [await ana.enters(roomId), await bo.enters(roomId, { ext: 1 })]
  const atCai = await cai.enters(roomId)
  await atBo.hears({ mtype: 18, uid: cai.uid })
  atCai.says("I must go")
  atCai.says("bye")
  await atCai.leaves()
  await atBo.hears({ mtype: 1, msg: "bye" })
  await atBo.hears({ mtype: 1012, uid: cai.uid })

  atAna.says("that was it")
  await atAna.hears({ mtype: 1, msg: "that was it" })
  atAna.says("goodbye")
  // Pings are echoed at once, so by the echo the server has the goodbye.
  atAna.sends({ mtype: 0 })
  await atAna.hears({ mtype: 0 })
  await ana.ok("POST", "/room/close_room", { roomid: roomId })
  await atBo.hears({ mtype: 1, msg: "goodbye" })
  await atBo.hears({ mtype: 5 })
})

test("slow mode spaces viewers out, not the host", async () => {
  await using app = await startApp({ RATE_LIMITS: "on" })
  const ana = await registers(app, "Ana")
  const bo = await registers(app, "Bo")
  const roomId = await ana.opensRoom({ slow: 10 })
  const [atAna, atBo] = [await ana.enters(roomId), await bo.enters(roomId)]
  atBo.says("first")
  await atBo.hears({ mtype: 1, msg: "first" })
  atBo.says("second")
  expect(await atBo.hears({ mtype: 6 })).toMatchObject({ notice: expect.stringContaining("10 seconds") })
  atAna.says("hello")
  atAna.says("again")
  await atBo.hears({ mtype: 1, msg: "again" })
  app.pass(10_000)
  atBo.says("third")
  await atBo.hears({ mtype: 1, msg: "third" })
})

test("what cannot be said is answered to the sender alone, who stays", async () => {
  await using app = await startApp()
  const ana = await registers(app, "Ana")
  const bo = await registers(app, "Bo")
  const roomId = await ana.opensRoom()
  const [atAna, atBo] = [await ana.enters(roomId), await bo.enters(roomId)]
  const attempts: [unknown, number][] = [
    ["{", 30],
    [{ mtype: 1 }, 10],
    [{ mtype: 1, msg: "   " }, 10],
    [{ mtype: 1, msg: "x".repeat(201) }, 10],
    [{ mtype: 1, msg: ["x"] }, 10],
    [{ mtype: 999 }, 10],
    [[], 10],
    [{ mtype: 1, msg: "六 合 彩" }, 61],
  ]
  for (const [frame, err] of attempts) {
    atBo.sends(frame)
    expect(await atBo.hears({ mtype: 4 })).toEqual({ mtype: 4, err })
  }
  atBo.says("x".repeat(200))
  await atAna.hears({ mtype: 1, msg: "x".repeat(200) })
  expect(atAna.frames.some(({ mtype }) => mtype === 4)).toBe(false)
})

test("a suspended viewer neither speaks nor gives stars, and is told so", async () => {
  await using app = await startApp()
  const ana = await registers(app, "Ana")
  const bo = await registers(app, "Bo")
  const roomId = await ana.opensRoom()
  const [atAna, atBo] = [await ana.enters(roomId), await bo.enters(roomId)]
  await write(app.running.app, (tx) =>
    tx
      .update(users)
      .set({ bannedUntil: Date.now() + 3_600_000 })
      .where(eq(users.id, bo.uid))
      .returning({ id: users.id }),
  )
  for (const frame of [{ mtype: 1, msg: "hello" }, { mtype: 3 }]) {
    atBo.sends(frame)
    expect(await atBo.hears({ mtype: 4 })).toEqual({ mtype: 4, err: 59 })
  }
  await atAna.settles()
  expect(atAna.frames.filter(({ mtype }) => mtype === 1 || mtype === 3)).toEqual([])
})

test("a storm of stars is merged and none is lost", async () => {
  await using app = await startApp()
  const ana = await registers(app, "Ana")
  const bo = await registers(app, "Bo")
  const roomId = await ana.opensRoom()
  const [atAna, atBo] = [await ana.enters(roomId), await bo.enters(roomId)]
  for (let n = 0; n < 80; n++) atBo.sends({ mtype: 3 })
  let total = 0
  let frames = 0
  while (total < 80) {
    const { count } = await atAna.hears({ mtype: 3, uid: bo.uid })
    total += Number(count)
    frames += 1
  }
  expect(total).toBe(80)
  expect(frames).toBeLessThan(10)
})

test("numbers grow by one for everybody, with or without the extension frames", async () => {
  await using app = await startApp()
  const ana = await registers(app, "Ana")
  const bo = await registers(app, "Bo")
  const cai = await registers(app, "Cai")
  const roomId = await ana.opensRoom()
  const atAna = await ana.enters(roomId, { ext: 1 })
  const atBo = await bo.enters(roomId)
  const atCai = await cai.enters(roomId, { ext: 1 })
  await atAna.hears({ mtype: 18, uid: cai.uid })
  atBo.sends({ mtype: 3 })
  atBo.says("hello")
  await atCai.hears({ mtype: 1 })
  await atCai.leaves()
  await atAna.hears({ mtype: 1012, uid: cai.uid })
  await atAna.hears({ mtype: 1013, count: 1 })
  atBo.says("bye")
  for (const socket of [atAna, atBo]) await socket.hears({ mtype: 1, msg: "bye" })
  for (const { frames } of [atAna, atBo]) {
    const numbers = frames.map(({ seq }) => seq).filter((seq) => seq !== undefined)
    const [first = 0] = numbers.map(Number)
    expect(numbers).toEqual(numbers.map((_, at) => first + at))
  }
  expect(atBo.frames.filter(({ mtype }) => mtype >= 1000)).toEqual([])
})

test("one room socket and one lobby socket a person: the newer of a kind takes over", async () => {
  await using app = await startApp()
  const ana = await registers(app, "Ana")
  const bo = await registers(app, "Bo")
  const roomId = await ana.opensRoom()
  const atAna = await ana.enters(roomId)
  const lobby = await bo.enters(0)
  const first = await bo.enters(roomId)
  await atAna.hears({ mtype: 18, uid: bo.uid })
  const second = await bo.enters(roomId)
  expect(await first.hears({ mtype: 4 })).toEqual({ mtype: 4, err: 48 })
  expect(await first.closed).toBe(4048)
  second.says("still here")
  await atAna.hears({ mtype: 1, msg: "still here" })
  expect(atAna.frames.filter(({ mtype }) => mtype === 18)).toHaveLength(1)
  await lobby.settles()
  await ana.ok("POST", "/chat/gag", { oid: bo.uid })
  await second.hears({ mtype: 8 })
  await lobby.settles()
  expect(lobby.frames.map(({ mtype }) => mtype)).toEqual([4, 4])
})

test("who may gag whom", async () => {
  await using app = await startApp()
  const ana = await registers(app, "Ana")
  const bo = await registers(app, "Bo")
  const cai = await registers(app, "Cai")
  await ana.fails(36, "POST", "/chat/gag", { oid: bo.uid })
  const roomId = await ana.opensRoom()
  await ana.fails(19, "POST", "/chat/gag", { oid: bo.uid })
  await ana.enters(roomId)
  await ana.fails(39, "POST", "/chat/gag", { oid: bo.uid })
  const atBo = await bo.enters(roomId)
  await cai.enters(roomId)
  await bo.fails(36, "POST", "/chat/gag", { oid: cai.uid })
  await ana.fails(39, "POST", "/chat/gag", { oid: ana.uid })
  const gags = Array.from({ length: 20 }, () => ana.call("POST", "/chat/gag", { oid: bo.uid }))
  expect((await Promise.all(gags)).filter(({ ErrCode }) => ErrCode === 0)).toHaveLength(1)
  await atBo.settles()
  expect(atBo.frames.filter(({ mtype }) => mtype === 8)).toHaveLength(1)
  const back = await bo.enters(roomId, { ext: 1 })
  expect(await back.hears({ mtype: 1020 })).toMatchObject({ gagged: true })
  back.says("anything")
  await back.hears({ mtype: 8 })
})
