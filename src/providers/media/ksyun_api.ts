import { z } from "zod"
import { ask } from "../../fetching/ask.ts"
import { type KsyunKeys, ksyunQuery } from "./ksyun_sign.ts"

/** What Kingsoft Cloud answers besides 0: states, not failures. */
const noRecord = 1200
const recordExists = 1201

/** How long a call is good for, in seconds. */
const callTtl = 300

const reply = z.object({ errno: z.int() })
const statReply = reply.extend({ app: z.record(z.string(), z.record(z.string(), z.unknown())).default({}) })

export interface KsyunApiOptions extends KsyunKeys {
  /** `http://NAME.dashboard.ks-cdn.com` */
  dashboardUrl: string
  app: string
  /** Milliseconds since 1970. */
  now(): number
  /** How long Kingsoft Cloud may take for an answer and its body, in milliseconds. */
  timeout: number
}

/** Its control interface. Each call @throws {Error} for an answer that is not one of its states. */
export interface KsyunApi {
  isLive(stream: string): Promise<boolean>
  /** Cuts a stream and lets nobody push to it any more. */
  block(stream: string): Promise<void>
}

export function ksyunApi(options: KsyunApiOptions): KsyunApi {
  const { app } = options
  return {
    async isLive(stream) {
      const answer = read(statReply, await call(options, "/v2/stat", { app, name: stream }), [noRecord])
      return Object.hasOwn(answer.app, app) && Object.hasOwn(answer.app[app] ?? {}, stream)
    },
    async block(stream) {
      read(reply, await call(options, "/blacklist", { app, method: "add", name: stream }), [recordExists])
    },
  }
}

async function call(options: KsyunApiOptions, path: string, parameters: Record<string, string>): Promise<string> {
  const { dashboardUrl, now, timeout } = options
  const expire = Math.floor(now() / 1_000) + callTtl
  const query = ksyunQuery(options, expire, { ...parameters, nonce: ksyunNonce() })
  const { status, body } = await ask("Kingsoft Cloud", `${dashboardUrl}${path}?${query}`, {}, timeout)
  if (status !== 200) throw new Error(`Kingsoft Cloud answered ${status}`)
  return body
}

/** 32 hex digits, never the same. */
export const ksyunNonce = () => crypto.randomUUID().replaceAll("-", "")

function read<S extends typeof reply>(schema: S, body: string, states: number[]): z.output<S> {
  const { data } = schema.safeParse(parseJson(body))
  if (!data) throw new Error("Kingsoft Cloud's answer is malformed")
  const { errno } = data
  if (errno !== 0 && !states.includes(errno)) throw new Error(`Kingsoft Cloud refuses the call (errno ${errno})`)
  return data
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
