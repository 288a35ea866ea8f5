import { sentenceOf } from "../../../demo/page/language/codes.ts"
import { words } from "../language/words.ts"
import { takeTouch } from "./presence.ts"
import { type Session, session } from "./session.ts"

export type Values = Record<string, string | number | boolean | undefined>

/** The server said no, or nothing. */
export class Refused extends Error {}

/** How long an answer may take, in milliseconds. */
const patience = 20_000
/** Codes after which a session is over. */
const endings = new Set([7, 32, 59, 60])

/**
 * Makes one of the operator's calls, by the console's session.
 *
 * @param key the same for a call that is tried again, so that it is not done twice
 * @throws {Refused} with a sentence for the reader
 */
export async function call<T = object>(
  method: "GET" | "POST" | "DELETE",
  path: string,
  values: Values = {},
  key = "",
): Promise<T> {
  const answer = await answerTo(method, path, values, key)
  const code = typeof answer["ErrCode"] === "number" ? answer["ErrCode"] : 1
  if (code === 0) return answer as T
  if (endings.has(code) && path !== "/console/sign_in") session.set(null)
  const told = typeof answer["ErrMsg"] === "string" ? answer["ErrMsg"] : undefined
  throw new Refused(code === 36 ? (told ?? words.forbidden) : sentenceOf(code, told))
}

async function answerTo(method: string, path: string, values: Values, key: string): Promise<Record<string, unknown>> {
  const form = new URLSearchParams()
  for (const [name, value] of Object.entries(values)) if (value !== undefined) form.set(name, String(value))
  const isGet = method === "GET"
  try {
    const response = await fetch(isGet && form.size > 0 ? `${path}?${form}` : path, {
      method,
      credentials: "same-origin",
      cache: "no-store",
      headers: {
        ...(session.value && { "X-Console-Token": session.value.page_token }),
        ...(!takeTouch() && { "X-Console-Idle": "1" }),
        ...(key && { "Idempotency-Key": key }),
      },
      signal: AbortSignal.timeout(patience),
      ...(!isGet && { body: form }),
    })
    return await response.json()
  } catch {
    throw new Refused(words.offline)
  }
}

/** The sentence of whatever was thrown. */
export const reasonOf = (error: unknown): string => (error instanceof Refused ? error.message : words.broken)

/** A number for a call that may be tried again. */
export const newKey = () => [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16)).join("-")

/** Asks who is here. */
export async function refreshSession(): Promise<void> {
  try {
    session.set(await call<Session>("GET", "/console/session"))
  } catch {
    session.set(null)
  }
}

/** @throws {Refused} */
export async function signIn(values: Values): Promise<void> {
  await call("POST", "/console/sign_in", values)
  session.set(await call<Session>("GET", "/console/session"))
}

export async function signOut(): Promise<void> {
  await call("POST", "/console/sign_out").catch(() => {})
  session.set(null)
}
