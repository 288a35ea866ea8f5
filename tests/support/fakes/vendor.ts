import { once } from "node:events"
import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import { text } from "node:stream/consumers"

/**
 * How a vendor answers until told otherwise. `dead` hangs up, `slow` never answers, `broken` is a gateway's 502, `busy` is a
 * 429, `garbage` is half a JSON, `hollow` is JSON that has not what it should, `endless` never stops, `astray` sends elsewhere.
 */
export type VendorMood = "well" | "dead" | "slow" | "broken" | "busy" | "garbage" | "hollow" | "endless" | "astray"

/** Every way to answer wrongly. */
export const badMoods: VendorMood[] = ["dead", "slow", "broken", "busy", "garbage", "hollow", "endless", "astray"]

export interface Asked {
  method: string
  path: string
  /** As it was called, query and all. */
  url: string
  query: URLSearchParams
  form: URLSearchParams
  header(name: string): string
}

export interface Reply {
  status?: number
  type?: string
  body: string
}

/** A vendor on the loopback that can misbehave. */
export interface FakeVendor extends AsyncDisposable {
  /** `http://127.0.0.1:PORT` */
  url: string
  /** What it was asked, such as `GET /sns/auth`. */
  asked: string[]
  mood: VendorMood
  /** The moods of the next calls, before its own. */
  moods: VendorMood[]
  /** Nobody listens until `revive`. */
  kill(): Promise<void>
  revive(): Promise<void>
}

export const json = (body: unknown, status = 200, type = "application/json"): Reply => ({
  status,
  type,
  body: JSON.stringify(body),
})

export async function startVendor(answer: (asked: Asked) => Reply): Promise<FakeVendor> {
  const server = createServer((request, response) => void serve(request, response))
  const listen = async (port: number) => {
    server.listen(port, "127.0.0.1")
    await once(server, "listening")
  }
  const close = async () => {
    const closed = new Promise((resolve) => server.close(resolve))
    server.closeAllConnections()
    await closed
  }

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, search, searchParams } = new URL(request.url ?? "/", vendor.url)
    vendor.asked.push(`${request.method} ${pathname}`)
    const body = await text(request)
    const mood = vendor.moods.shift() ?? vendor.mood
    if (mood === "dead") return void request.socket.destroy()
    if (mood === "slow") return
    if (mood === "endless") return pour(response)
    const asked: Asked = {
      method: request.method ?? "",
      path: pathname,
      url: `${vendor.url}${pathname}${search}`,
      query: searchParams,
      form: new URLSearchParams(body),
      header: (name) => String(request.headers[name] ?? ""),
    }
    const { status = 200, type = "application/json", body: said } = wrongly(mood) ?? answer(asked)
    response.writeHead(status, { "Content-Type": type, ...(mood === "astray" && { Location: "http://127.0.0.1:9/" }) })
    response.end(said)
  }

  await listen(0)
  const { port } = server.address() as AddressInfo
  const vendor: FakeVendor = {
    url: `http://127.0.0.1:${port}`,
    asked: [],
    mood: "well",
    moods: [],
    kill: close,
    revive: () => listen(port),
    async [Symbol.asyncDispose]() {
      if (server.listening) await close()
    },
  }
  return vendor
}

function wrongly(mood: VendorMood): Reply | undefined {
  if (mood === "broken") return { status: 502, type: "text/html", body: "<h1>502 Bad Gateway</h1>" }
  if (mood === "busy") return json({ title: "Too Many Requests" }, 429)
  if (mood === "garbage") return { body: '{"openid":"o' }
  if (mood === "hollow") return json(["nothing", "of", "use"])
  if (mood === "astray") return { status: 302, body: "" }
  return undefined
}

/** Writes until nobody reads any more. */
function pour(response: ServerResponse): void {
  response.writeHead(200, { "Content-Type": "application/json" })
  const more = () => {
    while (!response.destroyed && response.write(" ".repeat(16_384)));
  }
  response.on("drain", more)
  more()
}
