export interface FakeStream {
  /** -1 for ever, 0 not at all, else until then in seconds since 1970. */
  disabledTill: number
  /** When the host who is there began. */
  startAt?: number
  /** What was pushed before, in seconds since 1970. */
  past: { start: number; end: number }[]
}

export interface FakeHub {
  name: string
  bucket: string
  streams: Map<string, FakeStream>
  files: Set<string>
  seconds(): number
}

interface Answer {
  status: number
  value: object
}

const ok = (value: object = {}): Answer => ({ status: 200, value })
const failed = (status: number, error: string): Answer => ({ status, value: { error } })
const fromName = (name: string) => Buffer.from(name.replaceAll("-", "+").replaceAll("_", "/"), "base64").toString()

/** Ends a host's push, of which a recording is left. */
export function recordedIn(stream: FakeStream, end: number): void {
  if (stream.startAt !== undefined) stream.past.push({ start: stream.startAt, end })
  delete stream.startAt
}

/** Answers a call that was signed rightly: Pili's of one hub, or Kodo's. */
export function answerPili(hub: FakeHub, method: string, target: string, body: string): Answer {
  const [path = "", query = ""] = target.split("?")
  const [entry] = path.split("/delete/").slice(1)
  if (method === "POST" && entry) return deleteFile(hub, fromName(entry))
  const streams = `/v2/hubs/${hub.name}/streams`
  if (!path.startsWith(streams)) return failed(612, "hub not found")
  const [, name, action] = path.slice(streams.length).split("/")
  const asked = body === "" ? {} : JSON.parse(body)
  if (name === undefined) {
    if (method === "POST") return createStream(hub, asked.key)
    return query === "limit=1" ? ok({ items: [], marker: "" }) : failed(400, "bad request")
  }
  const stream = hub.streams.get(fromName(name))
  if (!stream) return failed(612, "stream not found")
  const answer = actions[`${method} ${action}`]
  return answer ? answer(hub, stream, asked) : failed(404, "no such call")
}

function createStream({ streams }: FakeHub, key: string): Answer {
  if (streams.has(key)) return failed(614, "stream already exists")
  streams.set(key, { disabledTill: 0, past: [] })
  return ok()
}

function deleteFile({ bucket, files }: FakeHub, entry: string): Answer {
  const [of, ...name] = entry.split(":")
  if (of !== bucket) return failed(631, "no such bucket")
  return files.delete(name.join(":")) ? ok() : failed(612, "no such file or directory")
}

const actions: Record<string, (hub: FakeHub, stream: FakeStream, asked: Record<string, number | string>) => Answer> = {
  "GET live": (_, { startAt }) =>
    startAt === undefined
      ? failed(619, "no live")
      : ok({ startAt, clientIP: "203.0.113.7:52831", bps: 1_500_000, fps: { audio: 43, video: 30, data: 0 } }),
  "POST disabled"(hub, stream, { disabledTill }) {
    stream.disabledTill = Number(disabledTill)
    recordedIn(stream, hub.seconds())
    return ok()
  },
  "POST saveas"(hub, stream, { fname, start, end }) {
    const now = hub.seconds()
    const pushed = [...stream.past, ...(stream.startAt === undefined ? [] : [{ start: stream.startAt, end: now }])]
    const span = { start: Number(start), end: Number(end) || now }
    if (!pushed.some((one) => one.start < span.end && one.end > span.start)) return failed(619, "no data")
    hub.files.add(String(fname))
    return ok({ fname })
  },
  "POST snapshot"(hub, { startAt }, { format }) {
    if (startAt === undefined) return failed(619, "no data")
    const fname = `${crypto.randomUUID()}.${format}`
    hub.files.add(fname)
    return ok({ fname })
  },
}
