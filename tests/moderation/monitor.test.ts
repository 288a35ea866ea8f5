import { expect, test } from "bun:test"
import { grant } from "../../src/admin/role.ts"
import { startApp } from "../support/app.ts"
import { registers } from "../support/cast.ts"
import { Phone } from "../support/phone.ts"

test("who watches over the rooms gets a bare list of those on the air, and nobody else does", async () => {
  await using app = await startApp({ ADMIN_TOKEN: "the-operator's-own-token-of-32-chars" })
  const [ana, bo, mod] = [await registers(app, "Ana"), await registers(app, "Bo"), await registers(app, "Mod")]
  const stranger = new Phone(app, "a stranger")
  await stranger.fails(32, "GET", "/admin/monitor")
  await ana.fails(36, "GET", "/admin/monitor")
  await grant(app.running.app, "cli", mod.tel, "moderator")
  const watch = async (phone: Phone): Promise<unknown> => (await phone.fetch("GET", "/admin/monitor")).json()
  expect(await watch(mod)).toEqual([])

  const [first, second] = [await ana.opensRoom(), await bo.opensRoom()]
  const shown = [
    { userId: bo.uid, room_id: String(second), playUrl: expect.stringMatching(/^rtmp:/), hls_url: expect.any(String) },
    { userId: ana.uid, room_id: String(first), playUrl: expect.stringMatching(/^rtmp:/), flv_url: expect.any(String) },
  ]
  expect(await watch(mod)).toMatchObject(shown)
  stranger.token = "the-operator's-own-token-of-32-chars"
  expect(await watch(stranger)).toMatchObject(shown)
  await bo.ok("POST", "/room/close_room", { roomid: second })
  expect(await watch(mod)).toMatchObject(shown.slice(1))
})
