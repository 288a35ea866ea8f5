import { createHash, createHmac } from "node:crypto"

export interface Grants {
  iss: string
  sub?: string
  exp: number
  nbf: number
  video: Record<string, unknown>
}

/** A LiveKit server: rooms with the identities in them. */
export interface FakeLivekit extends AsyncDisposable {
  settings: { apiKey: string; apiSecret: string; apiUrl: string; url: string }
  rooms: Map<string, Set<string>>
  /** What it was asked, such as `CreateRoom {"name":"7"}`. */
  asked: string[]
  mood: "well" | "broken" | "slow" | "garbage"
  /** Somebody connects with a token. @returns whether they may, as a real server judges it */
  join(token: string): boolean
  /** Sends a webhook, signed unless told otherwise. */
  tell(to: string, news: object, forgery?: { secret?: string; body?: string; age?: number }): Promise<Response>
}

const base64url = (value: string) => Buffer.from(value).toString("base64url")
const hmac = (text: string, secret: string) => createHmac("sha256", secret).update(text).digest("base64url")

/** Starts one; `now` is in milliseconds since 1970. */
export function startFakeLivekit(now: () => number): FakeLivekit {
  const apiKey = "devkey"
  const apiSecret = "secretsecretsecretsecretsecret12"
  const seconds = () => Math.floor(now() / 1_000)

  function grantsOf(token: string): Grants | undefined {
    const [header = "", payload = "", signature] = token.split(".")
    if (signature !== hmac(`${header}.${payload}`, apiSecret)) return undefined
    const grants: Grants = JSON.parse(Buffer.from(payload, "base64url").toString())
    return grants.iss === apiKey && grants.exp > seconds() && grants.nbf <= seconds() ? grants : undefined
  }

  const verbs: Record<string, (asked: Record<string, string>, video: Grants["video"]) => Response> = {
    CreateRoom({ name = "" }, { roomCreate }) {
      if (!roomCreate) return twirp(403, "permission_denied")
      if (!fake.rooms.has(name)) fake.rooms.set(name, new Set())
      return Response.json({ sid: "RM_a", name })
    },
    DeleteRoom({ room = "" }, { roomCreate }) {
      if (!roomCreate) return twirp(403, "permission_denied")
      return fake.rooms.delete(room) ? Response.json({}) : twirp(404, "not_found")
    },
    ListRooms: (_, { roomList }) => (roomList ? Response.json({ rooms: [] }) : twirp(403, "permission_denied")),
    GetParticipant({ room = "", identity = "" }, video) {
      if (!video["roomAdmin"] || video["room"] !== room) return twirp(403, "permission_denied")
      return fake.rooms.get(room)?.has(identity) ? Response.json({ identity }) : twirp(404, "not_found")
    },
    RemoveParticipant({ room = "", identity = "" }, video) {
      if (!video["roomAdmin"] || video["room"] !== room) return twirp(403, "permission_denied")
      return fake.rooms.get(room)?.delete(identity) ? Response.json({}) : twirp(404, "not_found")
    },
  }

  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    async fetch(request) {
      const [, twirpPath, service, verb = ""] = new URL(request.url).pathname.split("/")
      const body = await request.text()
      fake.asked.push(`${verb} ${body}`)
      if (fake.mood === "broken") return new Response("<h1>502 Bad Gateway</h1>", { status: 502 })
      if (fake.mood === "slow") return new Promise(() => {})
      if (fake.mood === "garbage") return new Response('{"code', { status: 500 })
      const grants = grantsOf(request.headers.get("authorization")?.replace("Bearer ", "") ?? "")
      if (!grants) return twirp(401, "unauthenticated")
      const answer = verbs[verb]
      if (twirpPath !== "twirp" || service !== "livekit.RoomService" || !answer) return twirp(404, "bad_route")
      return answer(JSON.parse(body), grants.video)
    },
  })

  const fake: FakeLivekit = {
    settings: { apiKey, apiSecret, apiUrl: server.url.origin, url: "wss://rtc.example.com" },
    rooms: new Map(),
    asked: [],
    mood: "well",
    join(token) {
      const grants = grantsOf(token)
      const room = fake.rooms.get(String(grants?.video["room"]))
      if (!room || !grants?.sub || !grants.video["roomJoin"]) return false
      room.add(grants.sub)
      return true
    },
    tell(to, news, { secret = apiSecret, body = JSON.stringify(news), age = 0 } = {}) {
      const sha256 = createHash("sha256").update(JSON.stringify(news)).digest("base64")
      const said = `${base64url('{"alg":"HS256"}')}.${base64url(
        JSON.stringify({ iss: apiKey, exp: seconds() + 300 - age, sha256 }),
      )}`
      const headers = { "Content-Type": "application/webhook+json", Authorization: `${said}.${hmac(said, secret)}` }
      return fetch(to, { method: "POST", headers, body })
    },
    async [Symbol.asyncDispose]() {
      await server.stop(true)
    },
  }
  return fake
}

const twirp = (status: number, code: string) => Response.json({ code, msg: code }, { status })
