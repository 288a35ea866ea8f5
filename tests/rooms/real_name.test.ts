import { expect, test } from "bun:test"
import { write } from "../../src/db/write.ts"
import { turn } from "../../src/switches/switch.ts"
import { startApp } from "../support/app.ts"
import { registers } from "../support/cast.ts"

test("where real names are asked for, nobody goes live without one; who is live already stays", async () => {
  await using app = await startApp()
  const turns = (on: boolean) => write(app.running.app, (tx) => turn(tx, "real_name", on))
  const [ana, bo] = [await registers(app, "Ana"), await registers(app, "Bo")]
  const evening = { room_name: "the evening", request_id: "one" }
  const first = await ana.ok("POST", "/room/create_room", evening)

  await turns(true)
  await bo.fails(45, "POST", "/room/create_room", { room_name: "Bo's room" })
  await bo.ok("POST", "/room/live_create", { line: 1 })
  await ana.fails(45, "POST", "/room/create_room", { room_name: "another evening" })
  expect(await ana.ok("POST", "/room/create_room", evening)).toEqual(first)
  const { RoomList } = await bo.ok("GET", "/list_room")
  expect(RoomList).toMatchObject([{ owner_id: String(ana.uid), room_id: String(first["roomid"]) }])

  await turns(false)
  await bo.opensRoom()
})
