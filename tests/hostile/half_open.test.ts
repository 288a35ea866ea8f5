import { setDefaultTimeout, test } from "bun:test"
import type { Socket } from "node:net"
import { comesTrue } from "./support/comes_true.ts"
import { dial, requestText } from "./support/raw_http.ts"
import { upgrade } from "./support/raw_socket.ts"
import { type Scene, setScene } from "./support/scene.ts"

setDefaultTimeout(60_000)
const many = 400

/** Beginnings that promise more and then fall silent. */
function openings({ addresses, bo, roomId }: Scene): string[] {
  const paths = addresses.map(({ path }) => path.replace(/:\w+/g, "1"))
  const head = requestText("GET", `/channel/${roomId}/ws?token=${bo.token}`, upgrade)
  return [
    "",
    "G",
    "GET /list",
    "GET /list_room HTTP/1.1\r\nHost: mili\r\nX-Slow: a",
    head.slice(0, -2),
    ...paths.map((path) => requestText("POST", path, { "Content-Length": 1_000 }, '{"token":"')),
    ...paths.map((path) => requestText("POST", path, { "Transfer-Encoding": "chunked" }, "10\r\nabc")),
    ...paths.map((path) => requestText("POST", path, { "Content-Length": 1_000, Expect: "100-continue" })),
  ]
}

test("hundreds who begin and fall silent keep nobody waiting, and leave nothing behind", async () => {
  await using scene = await setScene()
  const { app, ana, bo, roomId } = scene
  const [server] = app.running.servers
  const said = openings(scene)
  const [atAna, atBo] = [await ana.enters(roomId), await bo.enters(roomId)]

  const silent: Socket[] = []
  for (let at = 0; at < many; at++) {
    const socket = await dial(scene.port)
    socket.resume().write(said[at % said.length] ?? "")
    silent.push(socket)
  }
  // What they began has arrived once the server waits for their bodies.
  const begun = Math.floor(many / said.length) * scene.addresses.filter(({ method }) => method === "POST").length
  await comesTrue(() => (server?.pendingRequests ?? 0) >= begun)

  await served(scene)
  atBo.says("are you there?")
  await atAna.hears({ mtype: 1, msg: "are you there?" })

  for (const [at, socket] of silent.entries()) at % 2 === 0 ? socket.destroy() : socket.resetAndDestroy()
  await comesTrue(() => server?.pendingRequests === 0)
  await served(scene)
  atBo.says("still here")
  await atAna.hears({ mtype: 1, msg: "still here" })
  await scene.isSound()
})

test("who asks and does not wait for the answer harms nobody", async () => {
  await using scene = await setScene()
  const { bo, addresses, port, app } = scene
  for (let round = 0; round < 5; round++) {
    for (const { method, path } of addresses) {
      const socket = await dial(port)
      const body = JSON.stringify({ token: bo.token, account: bo.tel, pwd: "wrong!", sign: "x" })
      const headers = { "Content-Type": "application/json", "Content-Length": body.length }
      const address = `${path.replace(/:\w+/g, String(scene.roomId))}?token=${bo.token}`
      socket.write(requestText(method, address, method === "GET" ? upgrade : headers, method === "GET" ? "" : body))
      await Bun.sleep(round)
      round % 2 === 0 ? socket.destroy() : socket.resetAndDestroy()
    }
  }
  await comesTrue(() => app.running.servers[0]?.pendingRequests === 0)
  await scene.isSound()
})

/** Calls of others, a great many at once, all answered. */
async function served({ app, ana }: Scene): Promise<void> {
  const calls = Array.from({ length: 50 }, () => [
    ana.ok("GET", "/user/refresh_info"),
    ana.ok("POST", "/user/modify_info_sign", { sign: "hello" }),
    fetch(`${app.url}/healthz`),
  ])
  await Promise.all(calls.flat())
}
