import { once } from "node:events"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { text } from "node:stream/consumers"
import { piliAuthorization } from "./pili_sign.ts"

/** Qiniu's RTC, version 1: rooms with the people in them. */
export interface FakeQiniuRtc extends AsyncDisposable {
  settings: { accessKey: string; secretKey: string; rtcUrl: string }
  rooms: Map<string, { owner: string; max: number; status: number; people: Set<string> }>
  asked: string[]
  mood: "well" | "broken" | "garbage" | "slow"
}

export async function startFakeQiniuRtc(): Promise<FakeQiniuRtc> {
  const keys = { accessKey: "ACCESS_KEY", secretKey: "a secret of Qiniu's" }
  const server = createServer(async (request, response) => {
    const { method = "", url = "", headers } = request
    const body = await text(request)
    fake.asked.push(`${method} ${url}`)
    const reply = (status: number, value: object) =>
      void response.writeHead(status, { "Content-Type": "application/json" }).end(JSON.stringify(value))
    if (fake.mood === "slow") return
    if (fake.mood === "broken") return reply(502, {})
    if (fake.mood === "garbage") return void response.end('{"room_na')
    const { host = "", "content-type": contentType } = headers
    const expected = piliAuthorization(keys, { method, host, target: url, contentType, body })
    if (headers.authorization !== expected) return reply(401, { error: "bad token" })
    const [, , , name = "", , user] = url.split("/")
    if (method === "POST" && url === "/v1/rooms") {
      const { owner_id: owner, room_name: room, user_max: max } = JSON.parse(body)
      if (fake.rooms.has(room)) return reply(611, { error: "room exists" })
      fake.rooms.set(room, { owner, max, status: 0, people: new Set() })
      return reply(200, { room_name: room })
    }
    const room = fake.rooms.get(name)
    if (!room) return reply(612, { error: "room not found" })
    if (method === "GET") {
      return reply(200, { room_name: name, owner_id: room.owner, room_status: room.status, user_max: room.max })
    }
    if (user === undefined) fake.rooms.delete(name)
    else if (room.people.size === 0) return reply(615, { error: "room not active" })
    else room.people.delete(user)
    reply(200, {})
  })
  server.listen(0, "127.0.0.1")
  await once(server, "listening")
  const fake: FakeQiniuRtc = {
    settings: { ...keys, rtcUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}` },
    rooms: new Map(),
    asked: [],
    mood: "well",
    async [Symbol.asyncDispose]() {
      const closed = once(server, "close")
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
  return fake
}
