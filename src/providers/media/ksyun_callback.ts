import { z } from "zod"
import { isSameSecret } from "../../secret.ts"
import type { MediaCallback } from "./index.ts"
import { roomOfStream, type StreamNews } from "./stream_news.ts"

const time = z.coerce.number().int().positive()
const stream = { UniqueName: z.string(), App: z.string(), Stream: z.string(), Sequence: z.string().optional() }

const notice = z.discriminatedUnion("NotifyType", [
  z.object({ ...stream, NotifyType: z.literal("PubStart"), PubStartUnixTime: time }),
  z.object({ ...stream, NotifyType: z.literal("PubEnd"), PubEndUnixTime: time }),
])

/** Whose callbacks are read, and the secret at the end of their address, since they are not signed. */
export interface KsyunCallbackOptions {
  uniqueName: string
  app: string
  callbackSecret: string | undefined
}

/** What a callback was found to be: news of a room, another stream's that is no room, or not to be believed. */
export type Reading = { news: StreamNews } | "foreign" | { refused: 400 | 404 | 405; why: string }

/** Reads a callback of Kingsoft Cloud's, PubStart or PubEnd; the path is the secret alone. */
export function readKsyunCallback(callback: MediaCallback, options: KsyunCallbackOptions): Reading {
  const { uniqueName, app, callbackSecret } = options
  if (!callbackSecret || !isSameSecret(callback.path, callbackSecret)) return { refused: 404, why: "not here" }
  if (callback.method !== "POST") return { refused: 405, why: "POST" }
  const { data } = notice.safeParse(parseJson(callback.body))
  if (!data) return { refused: 400, why: "malformed" }
  const roomId = roomOfStream(data.Stream)
  if (data.UniqueName !== uniqueName || data.App !== app || roomId === undefined) return "foreign"
  const streaming = data.NotifyType === "PubStart"
  const at = data.NotifyType === "PubStart" ? data.PubStartUnixTime : data.PubEndUnixTime
  return { news: { roomId, streaming, at, connection: data.Sequence } }
}

function parseJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(body))
  } catch {
    return undefined
  }
}
