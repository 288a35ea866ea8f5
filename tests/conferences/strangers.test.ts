import { expect, test } from "bun:test"
import { startApp } from "../support/app.ts"
import { registers } from "../support/cast.ts"
import { aConference, comesOnStage, heardNone, membersFor, saidIn } from "./stage.ts"

const offer = { type: "description", session: "1", to: "2", description: { type: "offer", sdp: "v=0\r\n" } }

test("a guest on stage may do nothing that is the host's or an operator's", async () => {
  await using app = await startApp()
  const table = await aConference(app)
  const { host: ana, rid } = table
  const [bo, cai] = [await registers(app, "Bo"), await registers(app, "Cai")]
  await comesOnStage(table, bo)
  await comesOnStage(table, cai)
  expect(saidIn(await bo.ok("GET", "/multiple/gen_token", { rid }))).toMatchObject({ perm: "user" })
  await bo.fails(67, "GET", "/multiple/gen_token")
  await bo.fails(77, "POST", "/multiple/invite", { rid, oid: cai.uid })
  await bo.fails(67, "POST", "/multiple/exit", { oid: cai.uid })
  await bo.fails(67, "POST", "/multiple/exit", { oid: ana.uid })
  for (const path of ["confirm", "ready_room", "gen_live_addr"])
    await bo.fails(77, "POST", `/multiple/${path}`, { rid })
  await bo.fails(62, "POST", "/room/close_room", { roomid: rid })
  await bo.fails(36, "DELETE", "/admin/delete_multiple", { rid })
  expect((await membersFor(ana, rid)).map(([uid]) => uid)).toEqual([ana.uid, bo.uid, cai.uid])
})

test("a token that has ended carries no word to the stage, on a socket that is open or on a new one", async () => {
  await using app = await startApp()
  const table = await aConference(app)
  const { host: ana, rid, atHost } = table
  const [bo, cai] = [await registers(app, "Bo"), await registers(app, "Cai")]
  const [atBo, atCai] = [await comesOnStage(table, bo), await comesOnStage(table, cai)]
  const { token } = bo
  await bo.ok("POST", "/action/logout")
  atBo.sends({ mtype: 1016, to: ana.uid, data: offer })
  expect(await atBo.closed).toBe(4009)
  bo.token = token
  const signedOut = await bo.enters(rid, { ext: 1 })
  signedOut.sends({ mtype: 1016, to: ana.uid, data: offer })
  expect(await signedOut.closed).toBe(4009)

  app.pass(31 * 86_400_000)
  const expired = await cai.enters(rid, { ext: 1 })
  expired.sends({ mtype: 1016, to: ana.uid, data: offer })
  expect(await expired.closed).toBe(4024)
  await heardNone(atHost, 1016)
  await atCai.leaves()
})
