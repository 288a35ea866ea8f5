import { expect, setDefaultTimeout, test } from "bun:test"
import fc from "fast-check"
import { Socket } from "../support/socket.ts"
import { comesTrue } from "./support/comes_true.ts"
import { converse, requestText } from "./support/raw_http.ts"
import { RawSocket, upgrade } from "./support/raw_socket.ts"
import { type Scene, setScene } from "./support/scene.ts"
import { escaped, hostileText } from "./support/values.ts"
import { assertProper } from "./support/verdict.ts"

setDefaultTimeout(60_000)

/** Comes to a room's door, and tells what was heard there and how it closed. */
async function knocks({ port }: Scene, path: string) {
  const socket = await RawSocket.open(port, path)
  await socket.until(() => socket.closeCode !== undefined)
  socket.tcp.destroy()
  return { heard: socket.heard, code: socket.closeCode }
}

const turnedAway = (err: number) => ({ heard: [{ mtype: 4, err }], code: 4000 + err })

test("a room that is none and a token that is none are refused in a frame", async () => {
  await using scene = await setScene()
  const { bo, roomId } = scene
  const good = `token=${bo.token}`
  for (const id of [
    "-1",
    "1.5",
    "abc",
    "9007199254740992",
    "99999999999999999999",
    "%00",
    "%zz",
    "0x1",
    "1e3",
    " ",
    "NaN",
  ]) {
    expect([id, await knocks(scene, `/channel/${escaped(id)}/ws?${good}`)]).toEqual([id, turnedAway(10)])
  }
  expect(await knocks(scene, `/channel/9007199254740991/ws?${good}`)).toEqual(turnedAway(4))
  for (const query of ["", "token=", "uid=1"]) {
    expect(await knocks(scene, `/channel/${roomId}/ws?${query}`)).toEqual(turnedAway(32))
  }
  for (const token of ["x", "%00", "%zz", "%ED%A0%80", bo.token.slice(1), `${bo.token}&uid=1`, `x&${good}`]) {
    expect([token, await knocks(scene, `/channel/${roomId}/ws?token=${token}`)]).toEqual([token, turnedAway(7)])
  }
  for (const extra of [
    "ext=2",
    "ext=yes",
    "since=-1",
    "since=x",
    "since=1e3",
    `epoch=${"e".repeat(65)}`,
    "epoch=%00",
  ]) {
    expect([extra, await knocks(scene, `/channel/${roomId}/ws?${good}&${extra}`)]).toEqual([extra, turnedAway(10)])
  }
  await scene.isSound()
})

test("whatever is asked at the door, the answer is a seat, a refusal in a frame, or the contract's JSON", async () => {
  await using scene = await setScene()
  const { bo, port, roomId } = scene
  const ids = fc.oneof(fc.constantFrom("0", String(roomId)), hostileText.map(escaped))
  const query = fc.dictionary(fc.constantFrom("token", "uid", "ext", "since", "epoch", "id", "x"), hostileText)
  await fc.assert(
    fc.asyncProperty(ids, query, fc.boolean(), async (id, given, signedIn) => {
      const pairs = Object.entries({ ...given, ...(signedIn && { token: bo.token }) })
      const search = pairs.map(([name, value]) => `${name}=${escaped(value.slice(0, 500))}`).join("&")
      const request = requestText("GET", `/channel/${id.slice(0, 2_000)}/ws?${search}`, upgrade)
      const { replies } = await converse(port, request)
      for (const reply of replies) if (reply.status !== 101) assertProper(reply, scene.secrets())
    }),
    { numRuns: 1_000, interruptAfterTimeLimit: 3_000 },
  )
  await scene.isSound()
})

test("an upgrade that is none is answered in JSON", async () => {
  await using scene = await setScene()
  const { bo, port } = scene
  const path = `/channel/0/ws?token=${bo.token}`
  const strange: Record<string, string>[] = [
    {},
    { Upgrade: "websocket" },
    { Upgrade: "h2c", Connection: "Upgrade" },
    { Upgrade: "websocket", Connection: "Upgrade" },
    { Upgrade: "websocket", Connection: "Upgrade", "Sec-WebSocket-Key": "" },
    { Upgrade: "websocket", Connection: "Upgrade", "Sec-WebSocket-Key": "short", "Sec-WebSocket-Version": "13" },
    { Upgrade: "websocket, h2c", Connection: "Upgrade", "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==" },
  ]
  for (const headers of strange) {
    const { replies } = await converse(port, requestText("GET", path, headers))
    for (const reply of replies) assertProper(reply)
    expect(replies.map(({ status }) => status)).toEqual([426])
  }
  for (const version of ["0", "8", "99", "x", "-1", ""]) {
    const { replies } = await converse(port, requestText("GET", path, { ...upgrade, "Sec-WebSocket-Version": version }))
    // The runtime says this one by itself, with the version it speaks and no body.
    expect(replies.map(({ status }) => status)).toEqual([426])
  }
  const garbage = {
    "Sec-WebSocket-Extensions": "permessage-deflate; server_max_window_bits=99999, x;;;=",
    Origin: "\u00ff",
  }
  const protocols = { "Sec-WebSocket-Protocol": "a,b,,\u0001".repeat(300) }
  for (const more of [garbage, protocols]) {
    const { replies, ended } = await converse(port, requestText("GET", path, { ...upgrade, ...more }))
    expect(ended || replies.length === 1).toBe(true)
  }
  const posted = await converse(port, requestText("POST", path, upgrade))
  expect(posted.replies.map(({ status }) => status)).toEqual([405])
  await scene.isSound()
})

test("doors that open and shut at once leave the room as it was", async () => {
  await using scene = await setScene()
  const { app, ana, bo, mal, roomId } = scene
  const atBo = await bo.enters(roomId, { ext: 1 })
  const address = `${app.url.replace("http", "ws")}/channel/${roomId}/ws?token=${mal.token}`
  const sockets = await Promise.all(Array.from({ length: 100 }, () => Socket.open(address)))
  // One person has one seat: each socket but the last to sit down was replaced by the next.
  let replaced = 0
  for (const { closed } of sockets) void closed.then((code) => (replaced += code === 4048 ? 1 : 0))
  await comesTrue(() => replaced === sockets.length - 1)
  await Promise.all(sockets.map((socket) => socket.leaves()))
  await atBo.settles()
  const atAna = await ana.enters(roomId)
  atAna.says("quiet again")
  await atBo.hears({ mtype: 1, msg: "quiet again" })
  expect(await ana.ok("GET", "/chat_info", { rid: roomId })).toMatchObject({ count: 1, info: [{ Uid: bo.uid }] })
  await scene.isSound()
})
