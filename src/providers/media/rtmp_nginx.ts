import { XMLParser } from "fast-xml-parser"
import { z } from "zod"
import { ask } from "../../fetching/ask.ts"
import { formIn, roomNamed, secondsIn } from "./rtmp_fields.ts"
import { type SharedLook, shareLook } from "./rtmp_look.ts"
import { controlTimeout, type RtmpCall, type RtmpControl, type RtmpEvent, type RtmpServer } from "./rtmp_server.ts"

const who = "nginx"
/** The longest `/stat` that is read, in bytes; with `rtmp_stat live` a stream takes about 600. */
const statMost = 4 * 1024 * 1024

const parser = new XMLParser({
  parseTagValue: false,
  isArray: (name) => ["server", "application", "stream"].includes(name),
  maxNestedTags: 16,
})
const stat = z.object({
  rtmp: z.object({ server: z.array(z.object({ application: z.array(z.unknown()).default([]) })).default([]) }),
})
/** Without a stream `live` has a count alone; a stream has `publishing` while somebody does. */
const application = z.object({
  name: z.string(),
  live: z.object({ stream: z.array(z.object({ name: z.string(), publishing: z.string().optional() })).default([]) }),
})

/**
 * nginx with its RTMP module, whose calls end in `publish`, `play`, `publish_done`, `record_done` and `update`; a script of
 * the operator may call `recorded` with `app`, `name`, `path` and `seconds`.
 *
 * @param app the module's application
 * @param controlUrl where its `/stat` and `/control` are
 */
export function nginxRtmp({ app, controlUrl }: { app: string; controlUrl: string | undefined }): RtmpServer {
  const streaming = shareLook(() => streamsAt(controlUrl ?? "", app))
  return {
    read(call) {
      const event = readCall(call, app)
      if (event?.kind === "publish" || event?.kind === "ended") streaming.forget()
      return event
    },
    answer: (allowed) => new Response(allowed ? "ok" : "refused", { status: allowed ? 200 : 403 }),
    control: controlUrl === undefined ? undefined : control(controlUrl, app, streaming),
  }
}

/** The address's own query stands behind the module's fields, unescaped: the first value of each is the module's. */
function readCall({ method, path, query, body }: RtmpCall, app: string): RtmpEvent | undefined {
  const fields = method === "POST" ? formIn(body) : query
  const connection = fields.get("clientid") ?? ""
  const roomId = fields.get("app") === app ? roomNamed(fields.get("name") ?? "") : undefined
  if (roomId === undefined) return { kind: "foreign" }
  switch (path) {
    case "publish":
      return { kind: "publish", roomId, query: fields, connection, starts: true }
    case "play":
      return { kind: "play", roomId, query: fields }
    case "publish_done":
      return { kind: "ended", roomId, connection }
    case "update":
      return fields.get("call") === "update_publish"
        ? { kind: "publishing", roomId, connection }
        : { kind: "playing", roomId }
    case "record_done":
      return { kind: "recorded", roomId, path: fields.get("path") ?? "" }
    case "recorded":
      return { kind: "recorded", roomId, path: fields.get("path") ?? "", seconds: secondsIn(fields.get("seconds")) }
    default:
      return undefined
  }
}

function control(url: string, app: string, streaming: SharedLook<Set<string>>): RtmpControl {
  const drop = async (what: "publisher" | "client", roomId: number) => {
    const query = new URLSearchParams({ app, name: String(roomId) })
    const { status, body } = await ask(who, `${url}/control/drop/${what}?${query}`, {}, controlTimeout)
    streaming.forget()
    // Some versions count a stream that is not there as nobody dropped, others as an error.
    if (status === 400 && body === "Live stream not found") return 0
    if (status !== 200 || !/^\d+$/.test(body)) throw new Error(`${who} answered ${status} to /control/drop/${what}`)
    return Number(body)
  }
  return {
    isStreaming: async (roomId) => (await streaming.get()).has(String(roomId)),
    cutPublisher: async (roomId) => (await drop("publisher", roomId)) > 0,
    async cutAll(roomId) {
      await drop("publisher", roomId)
      await drop("client", roomId)
    },
  }
}

/** The streams of an application that somebody publishes. */
async function streamsAt(url: string, app: string): Promise<Set<string>> {
  const { status, body } = await ask(who, `${url}/stat`, {}, controlTimeout, statMost)
  if (status !== 200) throw new Error(`${who} answered ${status} to /stat`)
  const streams = streamsIn(body, app).filter(({ publishing }) => publishing !== undefined)
  return new Set(streams.map(({ name }) => name))
}

function streamsIn(xml: string, app: string) {
  try {
    const applications = stat.parse(parser.parse(xml, true)).rtmp.server.flatMap((server) => server.application)
    const ours = applications.flatMap((one) => application.safeParse(one).data ?? []).filter(({ name }) => name === app)
    return ours.flatMap(({ live }) => live.stream)
  } catch {
    throw new Error(`${who} answered /stat with something else`)
  }
}
