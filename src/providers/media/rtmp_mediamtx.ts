import { z } from "zod"
import { ask } from "../../fetching/ask.ts"
import { formIn, jsonIn, roomNamed, secondsIn } from "./rtmp_fields.ts"
import { controlTimeout, type RtmpCall, type RtmpControl, type RtmpEvent, type RtmpServer } from "./rtmp_server.ts"

const who = "MediaMTX"
/** A path's answer names every reader, with about 70 bytes. */
const answerMost = 1024 * 1024

/** Where connections are cut, by the kind of source; others are MediaMTX' own doing. */
const kicks: Record<string, string> = {
  rtmpConn: "rtmpconns",
  rtmpsConn: "rtmpsconns",
  rtspSession: "rtspsessions",
  rtspsSession: "rtspssessions",
  srtConn: "srtconns",
  webRTCSession: "webrtcsessions",
}

/** `id` is null for whoever has no connection yet, as with HLS. */
const question = z.object({ action: z.string(), path: z.string(), query: z.string(), id: z.string().nullish() })
/** `ready` was the only one of both in old versions. */
const path = z.object({
  online: z.boolean().optional(),
  ready: z.boolean().optional(),
  source: z.object({ type: z.string(), id: z.string() }).nullish(),
})

/**
 * MediaMTX. Its `authHTTPAddress` ends in `auth`; its commands post forms to `available` and `unavailable` (with `path` and
 * `source`) and to `recorded` (with `path`, `file` and `seconds`).
 *
 * @param app the part of a path before the room
 * @param controlUrl where its API is
 */
export function mediaMtx({ app, controlUrl }: { app: string; controlUrl: string | undefined }): RtmpServer {
  const folder = app === "" ? "" : `${app}/`
  const roomAt = (at: string) => (at.startsWith(folder) ? roomNamed(at.slice(folder.length)) : undefined)
  return {
    read: (call) => (call.path === "auth" ? readQuestion(call, roomAt) : readHook(call, roomAt)),
    answer: (allowed) => new Response(undefined, { status: allowed ? 204 : 403 }),
    control: controlUrl === undefined ? undefined : control(controlUrl, folder),
  }
}

type RoomAt = (path: string) => number | undefined

function readQuestion({ body }: RtmpCall, roomAt: RoomAt): RtmpEvent | undefined {
  const read = question.safeParse(jsonIn(new TextDecoder().decode(body)))
  if (!read.success) return undefined
  const { action, path, id } = read.data
  const roomId = roomAt(path)
  const query = new URLSearchParams(read.data.query)
  if (roomId === undefined) return { kind: "foreign" }
  if (action === "publish") return { kind: "publish", roomId, query, connection: id ?? "", starts: false }
  // Recordings are played from RTMP_RECORDINGS_URL, and the rest is not for the public.
  return action === "read" ? { kind: "play", roomId, query } : { kind: "foreign" }
}

function readHook({ path, body }: RtmpCall, roomAt: RoomAt): RtmpEvent | undefined {
  const fields = formIn(body)
  const connection = fields.get("source") ?? ""
  const roomId = roomAt(fields.get("path") ?? "")
  if (roomId === undefined) return { kind: "foreign" }
  switch (path) {
    case "available":
      return { kind: "started", roomId, connection }
    case "unavailable":
      return { kind: "ended", roomId, connection }
    case "recorded":
      return { kind: "recorded", roomId, path: fields.get("file") ?? "", seconds: secondsIn(fields.get("seconds")) }
    default:
      return undefined
  }
}

function control(url: string, folder: string): RtmpControl {
  async function find(roomId: number) {
    const { status, body } = await ask(who, `${url}/v3/paths/get/${folder}${roomId}`, {}, controlTimeout, answerMost)
    if (status === 404) return undefined
    const read = path.safeParse(jsonIn(body))
    if (status !== 200 || !read.success) throw new Error(`${who} answered ${status} to /v3/paths/get`)
    return read.data
  }

  async function cutPublisher(roomId: number): Promise<boolean> {
    const { type = "", id = "" } = (await find(roomId))?.source ?? {}
    const kind = kicks[type]
    if (kind === undefined) return false
    const { status } = await ask(
      who,
      `${url}/v3/${kind}/kick/${encodeURIComponent(id)}`,
      { method: "POST" },
      controlTimeout,
    )
    if (status !== 200 && status !== 404) throw new Error(`${who} answered ${status} to the cut of a publisher`)
    return true
  }

  return {
    async isStreaming(roomId) {
      const found = await find(roomId)
      return found?.online ?? found?.ready ?? false
    },
    cutPublisher,
    // Without their publisher MediaMTX cuts the readers itself.
    cutAll: async (roomId) => void (await cutPublisher(roomId)),
  }
}
