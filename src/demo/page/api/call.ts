import { sentenceOf } from "../language/codes.ts"
import { words } from "../language/language.ts"
import { masked, note } from "./journal.ts"
import { type Account, account, endSession } from "./session.ts"

export type Values = Record<string, string | number | boolean | undefined>

/** No answer came. */
export const offline = -1

/** The server said no, or nothing. */
export class Refused extends Error {
  constructor(
    /** The answer's `ErrCode`, or {@link offline}. */
    readonly code: number,
    message: string,
    /** The whole answer: some refusals carry more. */
    readonly answer: Record<string, unknown> = {},
  ) {
    super(message)
  }
}

/** How long an answer may take, in milliseconds. */
const patience = 15_000
/** Codes after which a token is of no use any more. */
const endings = new Set([7, 9, 24, 32, 42, 60])

/**
 * Calls the server as an app does: parameters in the query of a GET and in a form otherwise, the token as a bearer.
 *
 * @throws {Refused} with a sentence for the reader
 */
export async function call<T = object>(method: "GET" | "POST", path: string, values: Values = {}): Promise<T> {
  const caller = account.value
  const began = performance.now()
  const answer = await answerTo(method, path, values, caller)
  const code = typeof answer["ErrCode"] === "number" ? answer["ErrCode"] : 1
  const milliseconds = Math.round(performance.now() - began)
  note({ kind: "call", title: `${method} ${path}`, said: masked(values), answer: masked(answer), code, milliseconds })
  if (code === 0) return answer as T
  const message = sentenceOf(code, typeof answer["ErrMsg"] === "string" ? answer["ErrMsg"] : undefined)
  if (caller && endings.has(code)) endSession(caller.token, message)
  throw new Refused(code, message, answer)
}

async function answerTo(
  method: string,
  path: string,
  values: Values,
  caller: Account | undefined,
): Promise<Record<string, unknown>> {
  const form = new URLSearchParams()
  for (const [name, value] of Object.entries(values)) if (value !== undefined) form.set(name, String(value))
  const isGet = method === "GET"
  const query = isGet && form.size > 0 ? `?${form}` : ""
  try {
    const response = await fetch(`${path}${query}`, {
      method,
      credentials: "omit",
      headers: caller ? { Authorization: `Bearer ${caller.token}` } : {},
      signal: AbortSignal.timeout(patience),
      ...(!isGet && { body: form }),
    })
    return await response.json()
  } catch {
    note({ kind: "call", title: `${method} ${path}`, said: masked(values), code: offline })
    throw new Refused(offline, words.offline)
  }
}

/** The sentence of whatever was thrown. */
export const reasonOf = (error: unknown): string => (error instanceof Refused ? error.message : words.broken)
