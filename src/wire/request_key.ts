import { createHash } from "node:crypto"
import type { Context } from "hono"
import type { RequestKey } from "../db/replay.ts"
import { refuse } from "../refusal.ts"
import type { Params } from "./params.ts"
import { params, textOf } from "./params.ts"

const longest = 128
/** Parameters that may differ between a call and its retry. */
const incidental = new Set(["request_id", "token", "uid"])

/**
 * The caller's own number for this call (`request_id`, or the `Idempotency-Key` header), by which a retry is known.
 *
 * @throws {Refusal} `input.invalid` when it is no short text
 */
export async function requestKey(c: Context, userId: number): Promise<RequestKey | undefined> {
  const given = await params(c.req)
  const requestId = given["request_id"] ?? c.req.header("idempotency-key")
  if (requestId === undefined || requestId === "") return undefined
  const text = textOf(requestId)
  if (text === undefined || !/^[\x21-\x7e]+$/.test(text) || text.length > longest) {
    refuse("input.invalid", { message: `The parameter "request_id" must be 1 to ${longest} printable characters.` })
  }
  return { userId, requestId: text, fingerprint: fingerprintOf(c.req.path, given) }
}

function fingerprintOf(path: string, given: Params): string {
  const told = Object.entries(given)
    .filter(([name]) => !incidental.has(name))
    .map(([name, value]) => [name, textOf(value) ?? ""])
    .sort(([one = ""], [other = ""]) => (one < other ? -1 : 1))
  return createHash("sha256")
    .update(JSON.stringify([path, told]))
    .digest("hex")
}
