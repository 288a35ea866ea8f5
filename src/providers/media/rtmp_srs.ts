import { resolve } from "node:path"
import { z } from "zod"
import { ask } from "../../fetching/ask.ts"
import { jsonIn, roomNamed } from "./rtmp_fields.ts"
import { type SharedLook, shareLook } from "./rtmp_look.ts"
import { controlTimeout, type RtmpCall, type RtmpControl, type RtmpEvent, type RtmpServer } from "./rtmp_server.ts"

const who = "SRS"
/** Streams and clients are listed by pages of so many; a page takes about 100 KB. */
const pageSize = 100
/** The most pages read of either: 20,000 streams or clients. */
const pagesMost = 200
const answerMost = 1024 * 1024
/** Clients cut at once. */
const cutsAtOnce = 8
/** How long it may take to cut a room's clients, in milliseconds. */
const cutTimeout = 20_000
/** SRS' codes for a client that is gone, and for one of HLS, which has no connection to cut. */
const uncut = [2049, 400]

/** Numbers in old versions. */
const id = z.union([z.string(), z.number()]).transform(String)
const call = z.object({
  action: z.string(),
  client_id: id,
  app: z.string().default(""),
  stream: z.string().default(""),
  param: z.string().default(""),
  cwd: z.string().default("/"),
  file: z.string().default(""),
})
const streamEntry = z.object({
  id,
  name: z.string(),
  app: z.string(),
  publish: z.object({ active: z.boolean(), cid: id.optional() }),
})
type Stream = z.output<typeof streamEntry>
const streamPage = z.object({ code: z.literal(0), streams: z.array(streamEntry) }).transform(({ streams }) => streams)
const clientPage = z
  .object({ code: z.literal(0), clients: z.array(z.object({ id, stream: id })) })
  .transform(({ clients }) => clients)
const outcome = z.object({ code: z.number() })

/**
 * SRS, whose calls all end in `hooks`.
 *
 * @param app the application that rooms are streamed in
 * @param controlUrl where its HTTP API is
 */
export function srs({ app, controlUrl }: { app: string; controlUrl: string | undefined }): RtmpServer {
  const streams = shareLook(() => streamsAt(controlUrl ?? "", app))
  return {
    read({ path, body }) {
      const event = path === "hooks" ? readCall(body, app) : undefined
      if (event?.kind === "publish" || event?.kind === "ended") streams.forget()
      return event
    },
    answer: (allowed) => Response.json({ code: allowed ? 0 : 1 }, { status: allowed ? 200 : 403 }),
    control: controlUrl === undefined ? undefined : control(controlUrl, app, streams),
  }
}

function readCall(body: RtmpCall["body"], app: string): RtmpEvent | undefined {
  const read = call.safeParse(jsonIn(new TextDecoder().decode(body)))
  if (!read.success) return undefined
  const { action, client_id: connection, param, cwd, file } = read.data
  const roomId = roomOf(read.data, app)
  if (roomId === undefined) return { kind: "foreign" }
  const query = new URLSearchParams(param)
  switch (action) {
    case "on_publish":
      return { kind: "publish", roomId, query, connection, starts: true }
    case "on_unpublish":
      return { kind: "ended", roomId, connection }
    case "on_play":
      return { kind: "play", roomId, query }
    case "on_dvr":
      return { kind: "recorded", roomId, path: resolve(cwd, file) }
    default:
      return { kind: "other" }
  }
}

/** Of an HLS playlist `live/7/index.m3u8` SRS takes the folder for a part of the application. */
function roomOf({ action, app: given, stream }: z.output<typeof call>, app: string): number | undefined {
  if (given === app) return roomNamed(stream)
  const isPlaylist = action === "on_play" && stream === "index" && given.startsWith(`${app}/`)
  return isPlaylist ? roomNamed(given.slice(app.length + 1)) : undefined
}

type Streams = Map<string, Stream>

async function* pages<T>(url: string, what: "streams" | "clients", page: z.ZodType<T[]>): AsyncGenerator<T> {
  for (let count = 0; count < pagesMost; count++) {
    const path = `/api/v1/${what}?start=${count * pageSize}&count=${pageSize}`
    const { status, body } = await ask(who, url + path, {}, controlTimeout, answerMost)
    const read = page.safeParse(jsonIn(body))
    if (status !== 200 || !read.success) throw new Error(`${who} answered ${status} to /api/v1/${what}`)
    yield* read.data
    if (read.data.length < pageSize) return
  }
  throw new Error(`${who} has more than ${pagesMost * pageSize} ${what}`)
}

/** The streams of an application by name; those with viewers alone are there too. */
async function streamsAt(url: string, app: string): Promise<Streams> {
  const found: Streams = new Map()
  for await (const stream of pages(url, "streams", streamPage)) if (stream.app === app) found.set(stream.name, stream)
  return found
}

/** All are listed before any is cut, since that moves the pages. */
async function clientsOf(url: string, stream: Stream): Promise<string[]> {
  const found: string[] = []
  for await (const client of pages(url, "clients", clientPage)) if (client.stream === stream.id) found.push(client.id)
  return found
}

function control(url: string, app: string, streams: SharedLook<Streams>): RtmpControl {
  // Not shared: what is seen before a publisher is let in must not be believed after that.
  const findNow = async (roomId: number) => (await streamsAt(url, app)).get(String(roomId))

  async function cut(connection: string): Promise<void> {
    const path = `/api/v1/clients/${encodeURIComponent(connection)}`
    const { status, body } = await ask(who, url + path, { method: "DELETE" }, controlTimeout)
    streams.forget()
    const code = outcome.safeParse(jsonIn(body)).data?.code
    if (status !== 404 && code !== 0 && !uncut.includes(code ?? -1)) {
      throw new Error(`${who} answered ${status} to the cut of a client`)
    }
  }

  async function cutPublisherOf(stream: Stream | undefined): Promise<boolean> {
    const { active, cid } = stream?.publish ?? {}
    if (!active || cid === undefined) return false
    await cut(cid)
    return true
  }

  return {
    isStreaming: async (roomId) => (await streams.get()).get(String(roomId))?.publish.active ?? false,
    cutPublisher: async (roomId) => cutPublisherOf(await findNow(roomId)),
    async cutAll(roomId) {
      const stream = await findNow(roomId)
      if (!stream) return
      await cutPublisherOf(stream)
      const end = performance.now() + cutTimeout
      const clients = await clientsOf(url, stream)
      while (clients.length > 0) {
        if (performance.now() > end)
          throw new Error(`${who} still has ${clients.length} clients of a room that is over`)
        await Promise.all(clients.splice(0, cutsAtOnce).map(cut))
      }
    },
  }
}
