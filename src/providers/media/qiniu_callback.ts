import type { MediaCallback } from "./index.ts"
import { isQiniuSigned, type QiniuKeys } from "./qiniu_sign.ts"
import { roomOfStream, type StreamNews } from "./stream_news.ts"

const form = "application/x-www-form-urlencoded"
const json = "application/json"

/** What a callback was found to be: news of a room, another stream's that is no room, or not to be believed. */
export type Reading = { news: StreamNews } | "foreign" | { refused: 400 | 401 | 405; why: string }

/**
 * Reads a callback of Pili's about a stream's state. It must be signed, and its parameters named `title` (`$(title)`), `status`
 * (`$(status)` or the word itself), `timestamp` (`$(timestamp)`) and, if wanted, `startTime` (`$(startTime)`), by GET, FORM or
 * JSON. Nothing that the host's software chooses, such as `$(sourceURL)`, should be among them.
 *
 * @param publicUrl how Qiniu reaches this server, where a proxy changes the host or the path
 */
export function readQiniuCallback(callback: MediaCallback, keys: QiniuKeys, publicUrl: string): Reading {
  if (callback.method !== "GET" && callback.method !== "POST") return refuse(405, "GET or POST")
  const contentType = callback.headers.get("content-type") ?? ""
  const format = callback.method === "GET" ? "query" : contentType.split(";")[0]?.trim().toLowerCase()
  // Other bodies are not signed.
  if (format !== "query" && format !== form && format !== json) return refuse(400, "neither a form nor JSON")
  if (!isSigned(callback, keys, publicUrl)) return refuse(401, "not signed by Qiniu")
  const parameters = readParameters(callback, format)
  if (!parameters) return refuse(400, "malformed")
  return newsOf(parameters)
}

const refuse = (refused: 400 | 401 | 405, why: string) => ({ refused, why })

function isSigned({ method, target, headers, body }: MediaCallback, keys: QiniuKeys, publicUrl: string): boolean {
  const { host, pathname } = new URL(publicUrl)
  const contentType = headers.get("content-type") ?? undefined
  const authorization = headers.get("authorization") ?? ""
  const heard = [
    { host: headers.get("host") ?? "", target },
    { host, target: pathname.replace(/\/$/, "") + target },
  ]
  return heard.some((place) => isQiniuSigned(keys, authorization, { method, ...place, contentType, headers, body }))
}

type Parameters = (name: string) => unknown

/** Undefined for malformed ones, or where a form says something twice: somebody put it there. */
function readParameters({ target, body }: MediaCallback, format: string): Parameters | undefined {
  const text = format === "query" ? target.replace(/^[^?]*\??/, "") : new TextDecoder().decode(body)
  if (format === json) {
    const value = parseJson(text)
    return value && ((name) => (Object.hasOwn(value, name) ? value[name] : undefined))
  }
  const values = new URLSearchParams(text)
  const isTwofold = [...values.keys()].some((name) => values.getAll(name).length > 1)
  return isTwofold ? undefined : (name) => values.get(name) ?? undefined
}

function parseJson(text: string): Record<string, unknown> | undefined {
  try {
    const value = JSON.parse(text)
    return typeof value === "object" && value !== null ? value : undefined
  } catch {
    return undefined
  }
}

function newsOf(parameter: Parameters): Reading {
  const title = String(parameter("title") ?? "")
  const status = parameter("status")
  const at = Number(parameter("timestamp"))
  if (title === "") return refuse(400, "no title")
  if (status !== "connected" && status !== "disconnected") return refuse(400, "no status")
  if (!Number.isSafeInteger(at) || at <= 0) return refuse(400, "no timestamp")
  const roomId = roomOfStream(title)
  if (roomId === undefined) return "foreign"
  const startTime = parameter("startTime")
  const connection = startTime === undefined ? undefined : String(startTime)
  return { news: { roomId, streaming: status === "connected", at, connection } }
}
