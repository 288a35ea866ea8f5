import { z } from "zod"
import { type Answer, ask } from "../../fetching/ask.ts"
import { type QiniuKeys, qiniuAuthorization, qiniuName } from "./qiniu_sign.ts"

/** What Qiniu answers besides 200: states of a stream or a file, not failures. */
const unknown = 612
const exists = 614
const noData = 619

/** Saving changes the term of every segment of an evening, one by one; in milliseconds. */
const saveTimeout = 20_000
/** Days that a snapshot is kept. */
const snapshotDays = 7

const live = z.object({ startAt: z.number() })
const file = z.object({ fname: z.string().min(1) })
const page = z.object({ items: z.array(z.unknown()) })
const nothing = z.object({})
const failure = z.object({ error: z.string() })

export interface QiniuApiOptions extends QiniuKeys {
  /** `https://pili.qiniuapi.com` */
  piliUrl: string
  /** `https://rs.qiniuapi.com` */
  rsUrl: string
  hub: string
  /** How long Qiniu may take for an answer and its body, in milliseconds. */
  timeout: number
}

/** A span of time, in seconds since 1970. */
export interface Span {
  start: number
  end: number
}

/** The calls that are needed of Pili (v2) and of Kodo, Qiniu's storage. Each @throws {Error} for any other answer. */
export interface QiniuApi {
  isLive(stream: string): Promise<boolean>
  /** Lets nobody push to a stream any more, also to one that nobody has pushed to yet. */
  disable(stream: string): Promise<void>
  /** Saves what was pushed in a span as a playlist of that name; false when nothing was. */
  save(stream: string, name: string, span: Span): Promise<boolean>
  /** The name of a picture of what is pushed now; undefined when nothing is. */
  snapshot(stream: string): Promise<string | undefined>
  /** Deletes a file of a bucket; one that is gone is fine. */
  deleteFile(bucket: string, name: string): Promise<void>
  /** A question that changes nothing. */
  greet(): Promise<void>
}

export function qiniuApi(options: QiniuApiOptions): QiniuApi {
  const { piliUrl, rsUrl, hub, timeout } = options
  const streams = `${piliUrl}/v2/hubs/${encodeURIComponent(hub)}/streams`
  const get = (url: string) => call(options, { method: "GET", url, timeout })
  const post = (url: string, body: object, limit = timeout) => {
    const contentType = "application/json"
    return call(options, { method: "POST", url, contentType, body: JSON.stringify(body), timeout: limit })
  }
  const disable = (stream: string) => post(`${streams}/${qiniuName(stream)}/disabled`, { disabledTill: -1 })
  return {
    async isLive(stream) {
      const answer = await get(`${streams}/${qiniuName(stream)}/live`)
      if (answer.status === noData || answer.status === unknown) return false
      read(live, answer)
      return true
    },
    async disable(stream) {
      let answer = await disable(stream)
      if (answer.status === unknown) {
        const made = await post(streams, { key: stream })
        if (made.status !== exists) read(nothing, made)
        answer = await disable(stream)
      }
      read(nothing, answer)
    },
    async save(stream, name, { start, end }) {
      const url = `${streams}/${qiniuName(stream)}/saveas`
      const answer = await post(url, { fname: name, start, end }, Math.max(timeout, saveTimeout))
      if (answer.status === noData || answer.status === unknown) return false
      if (read(file, answer).fname !== name) throw new Error("Qiniu saved a recording under another name")
      return true
    },
    async snapshot(stream) {
      const asked = { format: "jpg", deleteAfterDays: snapshotDays }
      const answer = await post(`${streams}/${qiniuName(stream)}/snapshot`, asked)
      if (answer.status === noData || answer.status === unknown) return undefined
      return read(file, answer).fname
    },
    async deleteFile(bucket, name) {
      const url = `${rsUrl}/delete/${qiniuName(`${bucket}:${name}`)}`
      const contentType = "application/x-www-form-urlencoded"
      const answer = await call(options, { method: "POST", url, contentType, timeout })
      if (answer.status !== unknown) read(nothing, answer)
    },
    async greet() {
      read(page, await get(`${streams}?limit=1`))
    },
  }
}

interface Call {
  method: "GET" | "POST"
  url: string
  contentType?: string
  body?: string
  timeout: number
}

function call(keys: QiniuKeys, { method, url, contentType, body = "", timeout }: Call): Promise<Answer> {
  const { host, pathname, search } = new URL(url)
  const authorization = qiniuAuthorization(keys, { method, host, target: pathname + search, contentType, body })
  const headers = { Authorization: authorization, ...(contentType && { "Content-Type": contentType }) }
  return ask("Qiniu", url, { method, headers, ...(method === "POST" && { body }) }, timeout)
}

/** @throws {Error} for a status that is no success, or an answer that is not as it should be; no body at all is `{}` */
function read<S extends z.ZodType>(schema: S, { status, body }: Answer): z.output<S> {
  if (status < 200 || status > 299) throw new Error(`Qiniu answered ${status}${reasonOf(body)}`)
  try {
    return schema.parse(JSON.parse(body || "{}"))
  } catch {
    throw new Error("Qiniu's answer is malformed")
  }
}

/** ` (reason)` when Qiniu gives one that is fit for a log. */
function reasonOf(body: string): string {
  try {
    const reason = failure.safeParse(JSON.parse(body)).data?.error ?? ""
    return /^[\w ,.:'-]{1,100}$/.test(reason) ? ` (${reason})` : ""
  } catch {
    return ""
  }
}
