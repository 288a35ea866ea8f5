import { z } from "zod"
import { type Answer, ask, trouble } from "../../fetching/ask.ts"
import { type QiniuKeys, qiniuAuthorization, qiniuName, qiniuSign } from "../media/qiniu_sign.ts"
import type { RtcProvider, RtcRole } from "./index.ts"

/** How long a token opens a room, in seconds; who is in stays in. */
const tokenTtl = 6 * 3_600
const stageMax = 12

/** What Qiniu answers besides 200: there is no such room, or nobody is in it. */
const unknown = 612
const inactive = 615
/** A room's `room_status` at version 1 when it can be entered no more. */
const over = 2

const room = z.object({ room_status: z.number().optional() })
const failure = z.object({ error: z.string() })

interface Options extends QiniuKeys {
  /** `https://rtc.qiniuapi.com` */
  rtcUrl: string
  /** Stands before the ids of rooms and people, which Qiniu's documents want at least three characters long. */
  prefix: string
  /** Milliseconds since 1970. */
  now(): number
  /** How long Qiniu may take for an answer and its body, in milliseconds. */
  timeout: number
}

/**
 * Qiniu's RTC in its first version, which the apps in people's hands speak: a room is called by its id, a person by theirs.
 */
export function qiniuRtc(options: Options): RtcProvider {
  const { rtcUrl, prefix, now } = options
  const roomUrl = (roomId: number) => `${rtcUrl}/v1/rooms/${prefix}${roomId}`
  const isThere = async (roomId: number) => {
    const answer = await call(options, "GET", roomUrl(roomId))
    if (answer.status === unknown) return false
    return read(room, answer).room_status !== over
  }
  return {
    name: "qiniu",
    stageMax,
    pass(roomId, userId, role) {
      const names = { room: `${prefix}${roomId}`, user: `${prefix}${userId}` }
      const expireAt = Math.floor(now() / 1_000) + tokenTtl
      return { token: qiniuRoomToken(options, { ...names, role, expireAt }), ...names, url: "", iceServers: [] }
    },
    async open(roomId, hostId) {
      const wanted = { owner_id: `${prefix}${hostId}`, room_name: `${prefix}${roomId}`, user_max: stageMax }
      const answer = await call(options, "POST", `${rtcUrl}/v1/rooms`, JSON.stringify(wanted))
      // Which code says that a room is there already is not documented, so it is looked for.
      if (!isSuccess(answer) && !(await isThere(roomId))) throw new Error(refusalOf(answer))
    },
    async close(roomId) {
      const answer = await call(options, "DELETE", roomUrl(roomId))
      if (answer.status !== unknown && !isSuccess(answer)) throw new Error(refusalOf(answer))
    },
    async remove(roomId, userId) {
      const answer = await call(options, "DELETE", `${roomUrl(roomId)}/users/${prefix}${userId}`)
      if (answer.status === unknown || answer.status === inactive || isSuccess(answer)) return
      throw new Error(refusalOf(answer))
    },
    // No room has the number 0.
    check: () => trouble(isThere(0)),
  }
}

interface Admission {
  room: string
  user: string
  role: RtcRole
  /** Seconds since 1970. */
  expireAt: number
}

/** A room token of the first version: `AK:SIGN:JSON`, the last in base64 with `-`, `_` and padding. */
export function qiniuRoomToken({ accessKey, secretKey }: QiniuKeys, { room, user, role, expireAt }: Admission): string {
  const said = JSON.stringify({ room_name: room, user_id: user, perm: role, expire_at: expireAt })
  const encoded = qiniuName(said)
  return `${accessKey}:${qiniuSign(secretKey, encoded)}:${encoded}`
}

function call(options: Options, method: string, url: string, body?: string): Promise<Answer> {
  const { host, pathname } = new URL(url)
  const contentType = body === undefined ? undefined : "application/json"
  const request = { method, host, target: pathname, contentType, ...(body !== undefined && { body }) }
  const headers = {
    Authorization: qiniuAuthorization(options, request),
    ...(contentType && { "Content-Type": contentType }),
  }
  return ask("Qiniu", url, { method, headers, ...(body !== undefined && { body }) }, options.timeout)
}

const isSuccess = ({ status }: Answer) => status >= 200 && status <= 299

function read<S extends z.ZodType>(schema: S, answer: Answer): z.output<S> {
  if (!isSuccess(answer)) throw new Error(refusalOf(answer))
  const value = schema.safeParse(parsed(answer.body))
  if (!value.success) throw new Error("Qiniu's answer is malformed")
  return value.data
}

/** With Qiniu's reason, where it gives one that is fit for a log. */
function refusalOf({ status, body }: Answer): string {
  const reason = failure.safeParse(parsed(body)).data?.error ?? ""
  return `Qiniu answered ${status}${/^[\w ,.:'-]{1,100}$/.test(reason) ? ` (${reason})` : ""}`
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}
