import { z } from "zod"
import type { App } from "../app.ts"
import { page, text } from "../wire/fields.ts"
import { createClock } from "../wire/times.ts"
import type { Entry } from "./log.ts"

const word = text(1, 80).optional()

export const AuditLog = z.object({ ...page, actor: word, act: word, target: word })

/** An act as it was written down; `seq` and `hash` are its place in the chain, 0 and empty before the chain. */
export function actRow(app: Pick<App, "config">) {
  const clock = createClock(app.config)
  return ({ id, seq, at, actor, act, target, detail, hash }: Entry) => ({
    id: String(id),
    seq: seq ?? 0,
    time: clock.plain(at),
    actor,
    act,
    target,
    detail,
    hash: hash ?? "",
  })
}
