import { PayUnavailable } from "./index.ts"

/** How long WeChat may take for an answer and its body, in milliseconds. */
export const weixinTimeout = 5_000
const bytesMost = 65_536

export interface WeixinAnswer {
  status: number
  headers: Headers
  /** As received, since signatures are over it. */
  body: Uint8Array
}

/** Asks WeChat, at most `timeout` milliseconds long. @throws {PayUnavailable} for no answer, a 5xx or too long a one */
export async function askWeixin(url: URL, request: RequestInit, timeout: number): Promise<WeixinAnswer> {
  try {
    const answer = await fetch(url, { ...request, redirect: "error", signal: AbortSignal.timeout(timeout) })
    if (answer.status >= 500) {
      await answer.body?.cancel()
      throw new PayUnavailable(`WeChat Pay answered ${answer.status}`)
    }
    return { status: answer.status, headers: answer.headers, body: await readBounded(answer) }
  } catch (error) {
    if (error instanceof PayUnavailable) throw error
    throw new PayUnavailable(`WeChat Pay cannot be asked: ${error instanceof Error ? error.message : error}`)
  }
}

async function readBounded(answer: Response): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of answer.body ?? []) {
    length += chunk.length
    if (length > bytesMost) throw new PayUnavailable("WeChat Pay answered with too much")
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/** What keeps a harmless question from being answered, or undefined when nothing does. */
export async function trouble(ask: () => Promise<unknown>): Promise<string | undefined> {
  try {
    await ask()
    return undefined
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

/** 32 characters, as many as WeChat takes. */
export const freshNonce = () => crypto.randomUUID().replaceAll("-", "")
