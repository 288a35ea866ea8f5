import { expect, test } from "bun:test"
import type { Seat } from "../../src/realtime/seat.ts"
import { expelTooLate } from "../../src/rooms/admission.ts"
import { startApp, type TestApp } from "../support/app.ts"
import { registers } from "../support/cast.ts"
import { fakeMedia, isRecorded, isRefused, keepsAnEvening } from "./stage.ts"

test("a host cannot enter the own playback, and nobody what was not kept", async () => {
  await using app = await startApp({}, { media: fakeMedia() })
  const [ana, bo] = [await registers(app, "Ana"), await registers(app, "Bo")]
  const rid = await keepsAnEvening(ana)
  await ana.fails(66, "GET", `/check_channel/${rid}`)
  expect(await isRefused(ana, rid)).toMatchObject({ err: 66 })
  await bo.ok("GET", `/check_channel/${rid}`)

  const unkept = await ana.opensRoom({ save: 0 })
  await ana.ok("POST", "/room/close_room", { roomid: unkept })
  for (const person of [ana, bo]) {
    await person.fails(35, "GET", `/check_channel/${unkept}`)
    expect(await isRefused(person, unkept)).toMatchObject({ err: 35 })
  }
  const { liveid } = await ana.ok("POST", "/room/live_create", { line: 1 })
  await bo.fails(37, "GET", `/check_channel/${liveid}`)
  await bo.fails(4, "GET", "/check_channel/999999")
})

test("a host who lost the room is told that it is too late, not that the playback is the host's", async () => {
  await using app = await startApp({}, { media: fakeMedia() })
  const [ana, bo] = [await registers(app, "Ana"), await registers(app, "Bo")]
  const rid = await ana.opensRoom({ save: 1 })
  app.pass(301_000)
  await app.running.jobs.runNow("rooms.close_abandoned")
  await isRecorded(ana, rid)
  await ana.fails(47, "GET", `/check_channel/${rid}`)
  await bo.ok("GET", `/check_channel/${rid}`)
})

test("a gag ends with the broadcast", async () => {
  await using app = await startApp({}, { media: fakeMedia() })
  const [ana, bo] = [await registers(app, "Ana"), await registers(app, "Bo")]
  const rid = await ana.opensRoom({ save: 1 })
  const [atAna, atBo] = [await ana.enters(rid), await bo.enters(rid)]
  await atAna.hears({ mtype: 18 })
  await ana.ok("POST", "/chat/gag", { oid: bo.uid })
  await atBo.hears({ mtype: 8 })
  await ana.ok("POST", "/room/close_room", { roomid: rid })
  await atBo.closed
  await isRecorded(ana, rid)
  const again = await bo.enters(rid, { ext: 1 })
  expect(await again.hears({ mtype: 1020 })).toMatchObject({ gagged: false })
  again.says("at last")
  await again.hears({ mtype: 1, msg: "at last" })
  await ana.fails(36, "POST", "/chat/gag", { oid: bo.uid })
})

test("fifty people who come to a playback at once, some of them twice, are fifty viewers", async () => {
  await using app = await startApp({}, { media: fakeMedia() })
  const ana = await registers(app, "Ana")
  const rid = await keepsAnEvening(ana)
  const crowd = []
  for (let n = 0; n < 50; n++) crowd.push(await registers(app, `Viewer ${n}`))
  await Promise.all([...crowd, ...crowd.slice(0, 25)].map((viewer) => viewer.enters(rid)))
  expect(await ana.ok("GET", "/room/play_list")).toMatchObject({ plist: [{ count: "50", viewer: "50" }] })
})

/** Why a seat that was given out a moment ago is taken away again, if it is. */
async function fateOf({ running }: TestApp, seat: Partial<Seat>): Promise<string | undefined> {
  let why: string | undefined
  const realtime = {
    ...running.app.realtime,
    expel: (_: Seat, reason: string) => {
      why = reason
    },
  }
  await expelTooLate({ ...running.app, realtime }, { sessionId: 1, ...seat } as Seat)
  return why
}

test("who was let into a room that closed meanwhile is sent away, though it can be watched again", async () => {
  await using app = await startApp({}, { media: fakeMedia() })
  const ana = await registers(app, "Ana")
  const roomId = await keepsAnEvening(ana)
  expect(await fateOf(app, { roomId, isPlayback: false })).toBe("room.not_live")
  expect(await fateOf(app, { roomId, isPlayback: true })).toBeUndefined()
  await ana.ok("GET", "/room/del_play", { roomid: roomId })
  expect(await fateOf(app, { roomId, isPlayback: true })).toBe("room.not_live")
  expect(await fateOf(app, { roomId: 0 })).toBeUndefined()
})
