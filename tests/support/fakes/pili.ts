import { once } from "node:events"
import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import { text } from "node:stream/consumers"
import { answerPili, type FakeHub, type FakeStream, recordedIn } from "./pili_hub.ts"
import { piliAuthorization, piliToken } from "./pili_sign.ts"

/** What a callback is about, how it is sent, and whose key it is signed with if not the hub's. */
export interface PiliNews {
  title: string
  status: "connected" | "disconnected"
  timestamp: number
  startTime?: number
  format?: "GET" | "FORM" | "JSON"
  secretKey?: string
  /** Further parameters, also such as nobody configured. */
  more?: [string, string][]
}

/** `slow` never answers; `locked out` refuses every key; `hollow` answers 200 with what is not asked for. */
export type PiliMood = "well" | "slow" | "broken" | "locked out" | "endless" | "garbage" | "hollow"

export interface FakePili extends AsyncDisposable {
  /** What the provider needs to know of it, but the clock and this server's address. */
  settings: {
    accessKey: string
    secretKey: string
    hub: string
    piliUrl: string
    rsUrl: string
    publishDomain: string
    rtmpDomain: string
    hdlUrl: string
    hlsUrl: string
    vodUrl: string
    vodBucket: string
  }
  streams: Map<string, FakeStream>
  /** Names of the files in the bucket. */
  files: Set<string>
  /** What it was asked, such as `GET /v2/hubs/fashion/streams/Nw==/live`. */
  asked: string[]
  mood: PiliMood
  /** What each answer waits for, once it is clear what it says. */
  beforeAnswer?: () => Promise<void>
  /** Nobody answers until `revive`. */
  kill(): Promise<void>
  revive(): Promise<void>
  /** A host's software pushes to an address. */
  push(address: string): "accepted" | "forged" | "expired" | "disabled"
  hangUp(stream: string): void
  /** Sends a signed callback to `to`. */
  callBack(to: string, news: PiliNews): Promise<Response>
}

/** Starts a hub of Pili's, and the bucket that it stores in. `now` is in milliseconds since 1970. */
export async function startFakePili(now: () => number): Promise<FakePili> {
  const keys = { accessKey: "ACCESS_KEY", secretKey: "a secret of Qiniu's" }
  const seconds = () => Math.floor(now() / 1_000)
  const hub: FakeHub = { name: "fashion", bucket: "evenings", streams: new Map(), files: new Set(), seconds }
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const { method = "", url = "", headers } = request
    const body = await text(request)
    fake.asked.push(`${method} ${url}`)
    const reply = (status: number, value: object) => {
      // `Response` knows no status above 599.
      response.writeHead(status, { "Content-Type": "application/json" }).end(JSON.stringify(value))
    }
    if (fake.mood === "slow") return
    if (fake.mood === "broken") return reply(502, {})
    if (fake.mood === "garbage") return void response.end('{"fname":"recor')
    if (fake.mood === "hollow") return reply(200, [])
    if (fake.mood === "endless") return pour(response)
    const { host = "", "content-type": contentType } = headers
    const expected = piliAuthorization(keys, { method, host, target: url, contentType, body })
    if (fake.mood === "locked out" || headers.authorization !== expected) return reply(401, { error: "bad token" })
    const { status, value } = answerPili(hub, method, url, body)
    await fake.beforeAnswer?.()
    reply(status, value)
  }
  let server = createServer(answer)
  const listen = async (port: number) => {
    server.listen(port, "127.0.0.1")
    await once(server, "listening")
    return (server.address() as AddressInfo).port
  }
  const port = await listen(0)
  const stop = async () => {
    const closed = once(server, "close")
    server.close()
    server.closeAllConnections()
    await closed
  }
  const piliUrl = `http://127.0.0.1:${port}`

  const fake: FakePili = {
    settings: {
      ...keys,
      hub: hub.name,
      piliUrl,
      rsUrl: piliUrl,
      publishDomain: "publish.example.com",
      rtmpDomain: "rtmp.example.com",
      hdlUrl: "https://hdl.example.com",
      hlsUrl: "https://hls.example.com",
      vodUrl: "https://vod.example.com",
      vodBucket: hub.bucket,
    },
    streams: hub.streams,
    files: hub.files,
    asked: [],
    mood: "well",
    kill: stop,
    async revive() {
      server = createServer(answer)
      await listen(port)
    },
    push(address) {
      const { host, pathname, searchParams } = new URL(address)
      const e = searchParams.get("e") ?? ""
      const [, name, title = ""] = pathname.split("/")
      const isGenuine = searchParams.get("token") === piliToken(keys, `${pathname}?e=${e}`)
      if (host !== "publish.example.com" || name !== hub.name || !isGenuine) return "forged"
      if (Number(e) <= seconds()) return "expired"
      const stream = hub.streams.get(title) ?? { disabledTill: 0, past: [] }
      hub.streams.set(title, stream)
      if (stream.disabledTill === -1 || stream.disabledTill > seconds()) return "disabled"
      stream.startAt = seconds()
      return "accepted"
    },
    hangUp(title) {
      const stream = hub.streams.get(title)
      if (stream) recordedIn(stream, seconds())
    },
    callBack: (to, { format = "JSON", secretKey = keys.secretKey, more = [], ...parameters }) =>
      send(to, [...Object.entries(parameters), ...more], format, { ...keys, secretKey }),
    async [Symbol.asyncDispose]() {
      if (server.listening) await stop()
    },
  }
  return fake
}

type Keys = { accessKey: string; secretKey: string }

function send(to: string, parameters: [string, unknown][], format: "GET" | "FORM" | "JSON", keys: Keys) {
  const query = new URLSearchParams(
    parameters.map(([name, value]): [string, string] => [name, String(value)]),
  ).toString()
  const url = new URL(format === "GET" ? `${to}?${query}` : to)
  const method = format === "GET" ? "GET" : "POST"
  const contentType = { GET: undefined, FORM: "application/x-www-form-urlencoded", JSON: "application/json" }[format]
  const body = { GET: "", FORM: query, JSON: JSON.stringify(Object.fromEntries(parameters)) }[format]
  const target = url.pathname + url.search
  const authorization = piliAuthorization(keys, { method, host: url.host, target, contentType, body })
  return fetch(url, {
    method,
    headers: { Authorization: authorization, ...(contentType && { "Content-Type": contentType }) },
    ...(method === "POST" && { body }),
  })
}

/** A body without an end. */
function pour(response: ServerResponse): void {
  const more = () => {
    while (!response.destroyed && response.write(Buffer.alloc(4_096, " "))) {
      // as fast as it is taken
    }
  }
  response.on("drain", more)
  more()
}
