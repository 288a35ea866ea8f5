import { expect, test } from "bun:test"
import { startApp } from "../support/app.ts"
import { registers } from "../support/cast.ts"

const second = 1_000

test("a reservation is renewed, turned into the room, or dropped", async () => {
  await using app = await startApp({ PUBLIC_URL: "https://live.example.com", STREAM_SECRET: "s3cret" })
  const ana = await registers(app, "Ana")
  const first = await ana.ok("POST", "/room/live_create", { line: 1 })
  expect(first["url"]).toMatch(/^rtmp:\/\/live\.example\.com:\d+\/live\/\d+\?e=\d+&key=[0-9a-f]{32}$/)
  app.pass(60 * second)
  const again = await ana.ok("POST", "/room/live_create", { line: 2 })
  expect(again["liveid"]).toBe(first["liveid"])
  expect(again["url"]).not.toBe(first["url"])
  await ana.fails(4, "GET", "/room_info", { rid: String(first["liveid"]) })
  await ana.fails(37, "GET", `/check_channel/${first["liveid"]}`)
  await ana.ok("POST", "/room/exit_create")
  await ana.ok("POST", "/room/exit_create")
  const other = await ana.ok("POST", "/room/live_create", { line: 1 })
  expect(other["liveid"]).not.toBe(first["liveid"])
  expect(await ana.opensRoom()).toBe(Number(other["liveid"]))
  await ana.fails(10, "POST", "/room/live_create", { line: 3 })
})

test("opening another room closes the first properly", async () => {
  await using app = await startApp()
  const ana = await registers(app, "Ana")
  const bo = await registers(app, "Bo")
  const first = await ana.opensRoom()
  const atBo = await bo.enters(first)
  const next = await ana.opensRoom()
  expect(next).not.toBe(first)
  expect(await atBo.hears({ mtype: 5 })).toMatchObject({ count: "1" })
  expect(await atBo.closed).toBe(1000)
  expect(await ana.fails(5, "POST", "/room/close_room", { roomid: first })).toMatchObject({ count: "1", rice: "0" })
  await ana.ok("POST", "/room/close_room", { roomid: next })
})

test("a room opened fifty times at once is one room, and a retry with its request_id opens no other", async () => {
  await using app = await startApp()
  const ana = await registers(app, "Ana")
  const answers = await Promise.all(
    Array.from({ length: 50 }, () => ana.ok("POST", "/room/create_room", { room_name: "storm", request_id: "r-1" })),
  )
  expect(new Set(answers.map(({ roomid }) => roomid)).size).toBe(1)
  await ana.fails(31, "POST", "/room/create_room", { room_name: "calm", request_id: "r-1" })

  const others = await Promise.all(Array.from({ length: 20 }, () => ana.opensRoom()))
  expect(new Set(others).size).toBe(20)
  const { RoomList } = await ana.ok("GET", "/list_room")
  expect(RoomList).toHaveLength(1)
})

test("what a room may be called and how it may be opened", async () => {
  await using app = await startApp()
  const ana = await registers(app, "Ana")
  await ana.fails(10, "POST", "/room/create_room", { game_type: 2 })
  await ana.fails(44, "POST", "/room/create_room", { itype: 1 })
  await ana.fails(61, "POST", "/room/create_room", { room_name: "六合彩" })
  await ana.fails(10, "POST", "/room/create_room", { room_name: "x".repeat(41) })
  const roomId = await ana.opensRoom({
    room_name: "x".repeat(40),
    location: "Guangzhou",
    itype: 2,
    save: 0,
    game_type: 1,
  })
  expect(await ana.ok("GET", "/room_info", { rid: roomId })).toMatchObject({
    info: { Location: "Guangzhou", FinishTime: "0001-01-01T00:00:00Z", Statue: 1, OwnerId: ana.uid },
  })
})

test("only the host closes a room or gets its push address", async () => {
  await using app = await startApp()
  const ana = await registers(app, "Ana")
  const bo = await registers(app, "Bo")
  const rid = await ana.opensRoom()
  await bo.fails(62, "POST", "/room/close_room", { roomid: rid })
  await bo.fails(62, "GET", "/room/pull_addr", { rid, line: 1 })
  expect((await ana.ok("GET", "/room/pull_addr", { rid, line: 2 }))["push_url"]).toContain(`/live/${rid}?`)
  await ana.fails(4, "POST", "/room/close_room", { roomid: 999_999 })
  await ana.ok("POST", "/room/close_room", { roomid: rid })
  await ana.fails(5, "GET", "/room/pull_addr", { rid })
})

test("the list pages by number and by the last row seen, newest first, and skips nobody", async () => {
  await using app = await startApp()
  const hosts = []
  for (let n = 0; n < 45; n++) hosts.push(await registers(app, `Host ${n}`))
  const opened: number[] = []
  for (const host of hosts) opened.push(await host.opensRoom())
  const newest = opened.toReversed().map(String)
  const reader = await registers(app, "Reader")
  const idsOf = async (query: Record<string, number>) => {
    const { RoomList } = await reader.ok("GET", "/list_room", query)
    return (RoomList as { id: string }[]).map(({ id }) => id)
  }
  expect([...(await idsOf({ index: 0 })), ...(await idsOf({ index: 1 })), ...(await idsOf({ index: 2 }))]).toEqual(
    newest,
  )
  expect(await idsOf({ index: 3 })).toEqual([])
  const page = await idsOf({})
  await hosts[44]?.ok("POST", "/room/close_room", { roomid: opened[44] })
  const rest = await idsOf({ before: Number(page.at(-1)) })
  expect([...page, ...rest, ...(await idsOf({ before: Number(rest.at(-1)) }))]).toEqual(newest)
})

test("a host who stays away too long finds the room closed; one who never came has five minutes", async () => {
  await using app = await startApp({ HOST_GRACE: "60" })
  const ana = await registers(app, "Ana")
  const bo = await registers(app, "Bo")
  const roomId = await ana.opensRoom()
  const sweep = () => app.running.jobs.runNow("rooms.close_abandoned")
  const atBo = await bo.enters(roomId)
  app.pass(299 * second)
  await sweep()
  await atBo.settles()
  expect(atBo.frames.some(({ mtype }) => mtype === 5)).toBe(false)

  const atAna = await ana.enters(roomId)
  await atBo.hears({ mtype: 11 })
  app.pass(3_600 * second)
  await sweep()
  await atAna.leaves()
  await atBo.hears({ mtype: 10 })
  app.pass(50 * second)
  await sweep()
  const back = await ana.enters(roomId)
  await atBo.hears({ mtype: 11 })
  await back.leaves()
  await atBo.hears({ mtype: 10 })
  await untilHostIsDue(app, roomId)
  app.pass(61 * second)
  await sweep()
  await atBo.hears({ mtype: 5 })
  expect(await atBo.closed).toBe(1000)
  const late = await ana.enters(roomId)
  expect(await late.hears({ mtype: 4 })).toMatchObject({ err: 47 })
  expect(await late.closed).toBe(4047)
  const curious = await bo.enters(roomId)
  expect(await curious.hears({ mtype: 4 })).toMatchObject({ err: 35 })
})

test("after a restart a room waits for its host a while, and readers who return miss nothing", async () => {
  await using app = await startApp()
  const ana = await registers(app, "Ana")
  const bo = await registers(app, "Bo")
  const roomId = await ana.opensRoom()
  const atAna = await ana.enters(roomId)
  const atBo = await bo.enters(roomId, { ext: 1 })
  const { epoch } = await atBo.hears({ mtype: 1020 })
  atAna.says("before")
  const { seq } = await atBo.hears({ mtype: 1, msg: "before" })
  atAna.says("last words")
  await atAna.hears({ mtype: 1, msg: "last words" })

  const restarting = app.restart()
  expect(await atBo.closed).toBe(1012)
  // However long the server was away: the host's time runs from its return.
  app.pass(3_600 * second)
  await restarting
  await app.running.jobs.runNow("rooms.close_abandoned")
  const back = await bo.enters(roomId, { ext: 1, since: Number(seq), epoch: String(epoch) })
  expect(await back.hears({ mtype: 1020 })).toMatchObject({ epoch, recovered: true })
  await back.hears({ mtype: 1, msg: "last words" })

  app.pass(61 * second)
  await app.running.jobs.runNow("rooms.close_abandoned")
  await back.hears({ mtype: 5 })
})

/** The host's absence is noted after the frame that tells it; this waits for the note. */
async function untilHostIsDue(app: Awaited<ReturnType<typeof startApp>>, roomId: number): Promise<void> {
  const { rooms } = await import("../../src/rooms/tables.ts")
  const { and, eq, isNotNull } = await import("drizzle-orm")
  const { read } = app.running.app.db
  const due = () =>
    read
      .select({ id: rooms.id })
      .from(rooms)
      .where(and(eq(rooms.id, roomId), isNotNull(rooms.hostDueAt)))
  while ((await due()).length === 0) await Bun.sleep(1)
}
