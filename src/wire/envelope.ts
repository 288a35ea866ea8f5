import type { Reason, Refusal } from "../refusal.ts"
import { codes } from "./codes.ts"

/** The answer to a call that succeeded: `ErrCode` 0 and the contract's keys. */
export function ok(data: Record<string, unknown> = {}): Response {
  return Response.json({ ErrCode: 0, ...data })
}

/** The answer to a call that was refused: the reason's code, one sentence for a person, and whatever the contract adds. */
export function refused(refusal: Refusal): Response {
  const headers: Record<string, string> = {}
  if (refusal.retryAfter !== undefined) headers["Retry-After"] = String(Math.max(1, Math.ceil(refusal.retryAfter)))
  // Otherwise the rest of the body would be read to its end, and thrown away.
  if (refusal.reason === "input.too_large") headers["Connection"] = "close"
  return Response.json(
    { ErrCode: codes[refusal.reason], ErrMsg: refusal.message, ...refusal.data },
    { status: statuses[refusal.reason] ?? 200, headers },
  )
}

/** Faults of transport keep their HTTP status; every other refusal is a 200, as the apps expect. */
const statuses: Partial<Record<Reason, number>> = {
  "server.no_such_path": 404,
  "server.no_such_method": 405,
  "input.too_large": 413,
  "server.needs_websocket": 426,
  "server.too_fast": 429,
  "server.unexpected": 500,
  "server.busy": 503,
  "server.stopping": 503,
}
