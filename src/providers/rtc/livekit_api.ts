import { z } from "zod"
import { type Answer, ask } from "../../fetching/ask.ts"
import { signJwt } from "./jwt.ts"

/** How long a call's own token is good, in seconds. */
const callTtl = 60

const failure = z.object({ code: z.string() })

export interface LivekitApiOptions {
  apiKey: string
  apiSecret: string
  /** `https://rtc.example.com` */
  apiUrl: string
  /** Milliseconds since 1970. */
  now(): number
  /** How long LiveKit may take for an answer and its body, in milliseconds. */
  timeout: number
}

/** The calls that are needed of LiveKit's RoomService. Each @throws {Error} for any other answer. */
export interface LivekitApi {
  /** Makes a room; one that is there stays as it is. */
  create(room: string, peopleMax: number): Promise<void>
  /** Ends a room; one that is gone is fine. */
  delete(room: string): Promise<void>
  /** Throws somebody out; who is not there is fine. */
  remove(room: string, identity: string): Promise<void>
  isThere(room: string, identity: string): Promise<boolean>
  /** A question that changes nothing. */
  greet(): Promise<void>
}

export function livekitApi(options: LivekitApiOptions): LivekitApi {
  const create = { roomCreate: true }
  const people = (room: string) => ({ roomAdmin: true, room })
  return {
    async create(room, peopleMax) {
      insist(await call(options, "CreateRoom", create, { name: room, max_participants: peopleMax }))
    },
    async delete(room) {
      insist(await call(options, "DeleteRoom", create, { room }), "or gone")
    },
    async remove(room, identity) {
      insist(await call(options, "RemoveParticipant", people(room), { room, identity }), "or gone")
    },
    async isThere(room, identity) {
      return insist(await call(options, "GetParticipant", people(room), { room, identity }), "or gone")
    },
    async greet() {
      insist(await call(options, "ListRooms", { roomList: true }, { names: ["nobody's"] }))
    },
  }
}

function call(options: LivekitApiOptions, verb: string, video: object, body: object): Promise<Answer> {
  const { apiKey, apiSecret, apiUrl, now, timeout } = options
  const seconds = Math.floor(now() / 1_000)
  const token = signJwt({ video, iss: apiKey, exp: seconds + callTtl, nbf: seconds - callTtl }, apiSecret)
  const headers = { Authorization: `Bearer ${token}`, "Content-Type": "application/json" }
  const request = { method: "POST", headers, body: JSON.stringify(body) }
  return ask("LiveKit", `${apiUrl}/twirp/livekit.RoomService/${verb}`, request, timeout)
}

/** @returns whether it succeeded, false for what is gone where that may be @throws {Error} otherwise */
function insist({ status, body }: Answer, orGone?: "or gone"): boolean {
  if (status >= 200 && status <= 299) return true
  const code = codeOf(body)
  if (orGone && status === 404 && code === "not_found") return false
  throw new Error(`LiveKit answered ${status}${code === "" ? "" : ` (${code})`}`)
}

function codeOf(body: string): string {
  try {
    const { code } = failure.parse(JSON.parse(body))
    return /^\w{1,40}$/.test(code) ? code : ""
  } catch {
    return ""
  }
}
