import { trouble } from "../../fetching/ask.ts"
import type { RtcListener, RtcProvider, RtcRole } from "./index.ts"
import { signJwt } from "./jwt.ts"
import { type LivekitApiOptions, livekitApi } from "./livekit_api.ts"
import { readLivekitWebhook, type WebhookReading } from "./livekit_webhook.ts"

/** How long a token opens a room, in seconds; LiveKit renews it for who is in. */
const tokenTtl = 6 * 3_600
const stageMax = 12

interface Options extends LivekitApiOptions {
  /** Where apps connect: `wss://rtc.example.com`. */
  url: string
}

/**
 * LiveKit, of one's own or rented: a room is called by its id, a person by theirs. Its webhooks come to
 * `/rtc/livekit/webhook`: who has left the room leaves the stage, and who may not be on stage is put out of the room, also
 * one who comes back with a token from before.
 */
export function livekitRtc(options: Options): RtcProvider {
  const { apiKey, apiSecret, url, now } = options
  const api = livekitApi(options)

  /** An end may be that of a connection which a newer one of the same person has replaced. */
  async function hear({ kind, room, identity }: Moved, listener: RtcListener): Promise<void> {
    const [roomId, userId] = [idOf(room), idOf(identity)]
    // Others may use the same LiveKit.
    if (roomId === undefined || userId === undefined) return
    if (kind === "left" && !(await api.isThere(room, identity))) await listener.left(roomId, userId)
    if (kind === "joined" && !(await listener.mayBeOnStage(roomId, userId))) await api.remove(room, identity)
  }

  return {
    name: "livekit",
    stageMax,
    pass(roomId, userId, role) {
      const names = { room: String(roomId), user: String(userId) }
      const from = Math.floor(now() / 1_000)
      const token = livekitToken(options, { ...names, role, from, until: from + tokenTtl })
      return { token, ...names, url, iceServers: [] }
    },
    open: (roomId) => api.create(String(roomId), stageMax),
    close: (roomId) => api.delete(String(roomId)),
    remove: (roomId, userId) => api.remove(String(roomId), String(userId)),
    async notify({ path, headers, body }, listener) {
      if (path !== "webhook") return Response.json({ error: "no such hook" }, { status: 404 })
      const reading = readLivekitWebhook({ headers, body }, { apiKey, apiSecret }, Math.floor(now() / 1_000))
      if (reading.kind === "refused") return Response.json({ error: reading.why }, { status: reading.status })
      if (reading.kind === "other") return Response.json({})
      // What cannot be acted on now, LiveKit tells again.
      const isUnheard = (await trouble(hear(reading, listener))) !== undefined
      return Response.json({}, { status: isUnheard ? 503 : 200 })
    },
    check: () => trouble(api.greet()),
  }
}

type Moved = Extract<WebhookReading, { kind: "joined" | "left" }>

interface Admission {
  room: string
  user: string
  role: RtcRole
  /** Seconds since 1970. */
  from: number
  until: number
}

/** An access token: a host may throw people out too. */
export function livekitToken(
  { apiKey, apiSecret }: { apiKey: string; apiSecret: string },
  { room, user, role, from, until }: Admission,
): string {
  const grants = { room, roomJoin: true, canPublish: true, canSubscribe: true }
  const video = role === "admin" ? { ...grants, roomAdmin: true } : grants
  return signJwt({ video, iss: apiKey, exp: until, nbf: from, sub: user }, apiSecret)
}

function idOf(name: string): number | undefined {
  const id = Number(name)
  return /^[1-9]\d{0,15}$/.test(name) && Number.isSafeInteger(id) ? id : undefined
}
