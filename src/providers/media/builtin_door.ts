import { flvResponse } from "../../video/flv/response.ts"
import { hlsAnswer } from "../../video/hls/answer.ts"
import type { Hls } from "../../video/hls/hls.ts"
import type { StreamRequest } from "../../video/packet.ts"
import { replayAnswer } from "../../video/recording/replay.ts"
import type { Gate, LiveStudio } from "../../video/studio.ts"
import { createSessions } from "./builtin_sessions.ts"
import type { MediaProvider, Upgrading } from "./index.ts"
import { opens, type Signing } from "./rtmp_keys.ts"

/** A viewer who asks for nothing for so long has gone, in milliseconds. */
const sessionIdleMs = 60_000

interface House {
  studio: LiveStudio
  hls: Hls
  /** The folder of the recordings. */
  dir: string
  gate: Gate
  signing: Signing
}

/**
 * Answers viewers: `/live/ROOM.flv` as an answer or a websocket without end, below `/live/ROOM/` the files of HLS, and below
 * `/vod/KEY/` those of a recording.
 */
export function createDoor({ studio, hls, dir, gate, signing }: House): NonNullable<MediaProvider["view"]> {
  const sessions = createSessions(sessionIdleMs, signing.now)

  async function flv(request: Request, stream: StreamRequest, server: Upgrading): Promise<Response | undefined> {
    if (request.headers.get("upgrade")?.toLowerCase() === "websocket") {
      return server.upgrade(request, { data: { stream } }) ? new Response() : undefined
    }
    // A stream may have nothing to say for a while.
    server.timeout(request, 0)
    return flvResponse(studio, stream, request.signal)
  }

  /** Whether a viewer of files may go on, or come in. */
  async function admits(address: string, isGood: () => Promise<boolean>): Promise<boolean> {
    if (sessions.goesOn(address)) return true
    if (!(await isGood())) return false
    sessions.begin(address)
    return true
  }

  return async (request, from, server) => {
    const { pathname, search, searchParams: query } = new URL(request.url)
    const asFlv = /^\/live\/(\w+)\.flv$/.exec(pathname)
    if (asFlv) return flv(request, { name: asFlv[1] ?? "", query, from }, server)
    const [, place = "", name = "", file = ""] = /^\/(live|vod)\/(\w+)\/([\w.-]+)$/.exec(pathname) ?? []
    const keyQuery = search.slice(1)
    const mayWatch = async () => (await gate.mayWatch({ name, query, from })) !== undefined
    const mayWatchAgain = async () => opens(signing, "play", Number(name), query)
    if (place === "" || !(await admits(`${place}/${name}?${keyQuery}`, place === "live" ? mayWatch : mayWatchAgain))) {
      return undefined
    }
    if (place === "live") return hlsAnswer(hls, Number(name), file, keyQuery)
    return replayAnswer(dir, name, file, keyQuery, request)
  }
}
