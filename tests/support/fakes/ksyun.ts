import { createHash, createHmac } from "node:crypto"

/** What a callback is about; times are milliseconds since 1970. */
export interface KsyunNews {
  stream: string
  type: "PubStart" | "PubEnd"
  at: number
  sequence?: string
  uniqueName?: string
  app?: string
}

/** `slow` never answers; `hollow` answers with what is not asked for. */
export type KsyunMood = "well" | "slow" | "broken" | "denying" | "endless" | "garbage" | "hollow"

export interface FakeKsyun extends AsyncDisposable {
  /** What the provider needs to know of it, but the clock. */
  settings: {
    accessKey: string
    secretKey: string
    uniqueName: string
    app: string
    domain: undefined
    dashboardUrl: string
    callbackSecret: string
  }
  /** Streams on the air, and streams that nobody may push. */
  live: Set<string>
  blocked: Set<string>
  /** What it was asked, such as `/v2/stat 7`. */
  asked: string[]
  mood: KsyunMood
  /** Nobody answers until `revive`. */
  kill(): Promise<void>
  revive(): void
  /** A host's software pushes to an address; `md5Key` when the account pushes by that form. */
  push(address: string, md5Key?: string): "accepted" | "forged" | "expired" | "blocked"
  /** Whether an address is played, of an account with that anti-leech key. */
  plays(address: string, md5Key: string): boolean
  callBack(to: string, news: KsyunNews): Promise<Response>
}

/** Starts Kingsoft Cloud's control interface. `now` is in milliseconds since 1970. */
export function startFakeKsyun(now: () => number): FakeKsyun {
  const secretKey = "a secret of Kingsoft's"
  const seconds = () => now() / 1_000
  const nonces = new Set<string>()
  const held = new AbortController()
  const serve = (port: number) => Bun.serve({ port, hostname: "127.0.0.1", fetch: answer })
  let server = serve(0)
  const port = server.port ?? 0

  async function answer(request: Request): Promise<Response> {
    const { pathname, searchParams } = new URL(request.url)
    const name = searchParams.get("name") ?? ""
    fake.asked.push(`${pathname} ${name}`)
    if (fake.mood === "slow") await new Promise((resolve) => held.signal.addEventListener("abort", resolve))
    if (fake.mood === "broken") return new Response("<h1>502</h1>", { status: 502 })
    if (fake.mood === "endless") return new Response(endless())
    if (fake.mood === "garbage") return new Response('{"errno":0,')
    if (fake.mood === "hollow") return Response.json({ result: "ok" })
    const nonce = searchParams.get("nonce") ?? ""
    const isGenuine = searchParams.get("accesskey") === "AK" && isSigned(searchParams, secretKey)
    const isFresh = Number(searchParams.get("expire")) > seconds() && !nonces.has(nonce)
    nonces.add(nonce)
    if (fake.mood === "denying" || !isGenuine || !isFresh)
      return Response.json({ errno: 1100, errmsg: "access denied" })
    if (searchParams.get("app") !== "live") return Response.json({ errno: 1003, errmsg: "invalid app name" })
    if (pathname === "/v2/stat") return Response.json(stat(name))
    if (pathname === "/blacklist" && searchParams.get("method") === "add") return Response.json({ errno: block(name) })
    return new Response(null, { status: 404 })
  }

  function stat(name: string): object {
    if (fake.live.has(name)) return { errno: 0, app: { live: { [name]: { bw_in: 187_500, client: "203.0.113.7" } } } }
    return fake.blocked.has(name) ? { errno: 0, app: {} } : { errno: 1200, errmsg: "record is empty" }
  }

  function block(name: string): number {
    fake.live.delete(name)
    if (fake.blocked.has(name)) return 1201
    fake.blocked.add(name)
    return 0
  }

  const fake: FakeKsyun = {
    settings: {
      accessKey: "AK",
      secretKey,
      uniqueName: "mili",
      app: "live",
      domain: undefined,
      dashboardUrl: `http://127.0.0.1:${port}`,
      callbackSecret: "between-Kingsoft-Cloud-and-us-alone",
    },
    live: new Set(),
    blocked: new Set(),
    asked: [],
    mood: "well",
    kill: () => server.stop(true),
    revive() {
      server = serve(port)
    },
    push(address, md5Key) {
      const { host, pathname, searchParams } = new URL(address)
      const [, app, stream = ""] = pathname.split("/")
      const isGenuine = md5Key ? isLeechProof(searchParams, stream, md5Key) : isSigned(searchParams, secretKey)
      if (host !== "mili.uplive.ks-cdn.com" || app !== "live" || !isGenuine) return "forged"
      if (Number(searchParams.get(md5Key ? "t" : "expire")) <= seconds()) return "expired"
      if (fake.blocked.has(stream)) return "blocked"
      fake.live.add(stream)
      return "accepted"
    },
    plays(address, md5Key) {
      const { pathname, searchParams } = new URL(address)
      const stream = (pathname.split("/")[2] ?? "").replace(/\.flv$/, "")
      return isLeechProof(searchParams, stream, md5Key) && Number(searchParams.get("t")) > seconds()
    },
    callBack(to, { stream, type, at, sequence = "1", uniqueName = "mili", app = "live" }) {
      const body = {
        Version: "1.0",
        UniqueName: uniqueName,
        App: app,
        Pubdomain: "mili.uplive.ks-cdn.com",
        Stream: stream,
        NotifyType: type,
        [`${type}UnixTime`]: at,
        PubParam: '{"vdoid":"7"}',
        ClientIp: "203.0.113.7",
        ClientPort: "5475",
        Node: "198.51.100.1",
        Sequence: sequence,
      }
      return fetch(to, { method: "POST", body: JSON.stringify(body) })
    },
    async [Symbol.asyncDispose]() {
      held.abort()
      await server.stop(true)
    },
  }
  return fake
}

/** Rebuilds the signature from what is there. */
function isSigned(query: URLSearchParams, secretKey: string): boolean {
  const { signature, accesskey: _, expire, ...rest } = Object.fromEntries(query)
  const names = Object.keys(rest).sort()
  const resource = names.map((name) => `${name}=${rest[name]}`).join("&")
  return createHmac("sha1", secretKey).update(`GET\n${expire}\n${resource}`).digest("base64") === signature
}

function isLeechProof(query: URLSearchParams, stream: string, key: string): boolean {
  const md5 = createHash("md5").update(key + stream + query.get("t"))
  return md5.digest("hex").slice(8, 24) === query.get("k")
}

/** A body without an end. */
async function* endless() {
  for (;;) yield Buffer.alloc(4_096, " ")
}
