import { flvResponse } from "../../video/flv/response.ts"
import { hlsAnswer } from "../../video/hls/answer.ts"
import type { Hls } from "../../video/hls/hls.ts"
import type { StreamRequest } from "../../video/packet.ts"
import { replayAnswer } from "../../video/recording/replay.ts"
import type { Gate, LiveStudio } from "../../video/studio.ts"
import { roomOf } from "./builtin_gate.ts"
import { createSessions } from "./builtin_sessions.ts"
import type { FlvCaller, MediaProvider, Upgrading } from "./index.ts"
import type { Signing } from "./rtmp_keys.ts"

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
 * `/vod/KEY/` those of a recording. And hosts who publish from a browser, by a websocket at `/live/ROOM` with the query of
 * their push address.
 */
export function createDoor({ studio, hls, dir, gate, signing }: House): NonNullable<MediaProvider["view"]> {
  const sessions = createSessions(sessionIdleMs, signing.now)

  const isSocket = ({ headers }: Request) => headers.get("upgrade")?.toLowerCase() === "websocket"
  const upgrade = (request: Request, caller: FlvCaller, server: Upgrading) =>
    server.upgrade(request, { data: caller }) ? new Response() : undefined

  async function flv(request: Request, stream: StreamRequest, server: Upgrading): Promise<Response | undefined> {
    if (isSocket(request)) return upgrade(request, { stream, wants: "watch" }, server)
    // Nobody would take what is sent to who asks for the head alone.
    if (request.method === "HEAD") return (await gate.mayWatch(stream)) && new Response()
    const answer = await flvResponse(studio, stream, request.signal)
    if (!answer) return undefined
    // A stream may have nothing to say for a while; but who is refused, or stays when it is over, must not be waited for.
    server.timeout(request, 0)
    answer.headers.set("connection", "close")
    return answer
  }

  /**
   * Whether a viewer of files may go on, or come in. The last segments of a stream that is over are still fetched; who
   * asked on and on would have them kept in memory.
   */
  async function admits(place: string, { name, query, from }: StreamRequest): Promise<boolean> {
    const isLive = place === "live"
    // By what is signed alone: whatever else stands in an address would have one viewer come in as many.
    const session = `${place} ${Number(name)} ${query.get("e")} ${query.get("key")}`
    if (sessions.goesOn(session, !isLive || studio.find(Number(name)) !== undefined)) return true
    const isGood = isLive ? await gate.mayWatch({ name, query, from }) : roomOf(signing, "replay", { name, query })
    if (isGood === undefined) return false
    sessions.begin(session)
    return true
  }

  return async (request, from, server) => {
    const { pathname, search, searchParams: query } = new URL(request.url)
    const asPush = /^\/live\/(\w+)$/.exec(pathname)
    if (asPush && isSocket(request)) {
      return upgrade(request, { stream: { name: asPush[1] ?? "", query, from }, wants: "publish" }, server)
    }
    const asFlv = /^\/live\/(\w+)\.flv$/.exec(pathname)
    if (asFlv) return flv(request, { name: asFlv[1] ?? "", query, from }, server)
    const [, place = "", name = "", file = ""] = /^\/(live|vod)\/(\w+)\/([\w.-]+)$/.exec(pathname) ?? []
    if (place === "" || !(await admits(place, { name, query, from }))) return undefined
    const keyQuery = search.slice(1)
    if (place === "live") return hlsAnswer(hls, Number(name), file, keyQuery)
    return replayAnswer(dir, name, file, keyQuery, request)
  }
}
