import { z } from "zod"
import type { App } from "../app.ts"
import { flag, id, name, oneOf, page, text } from "../wire/fields.ts"
import { createClock } from "../wire/times.ts"
import { documents, maskedName, maskedNumber } from "./identity.ts"
import { dateFrom } from "./resident_number.ts"
import type { Entry } from "./review.ts"
import type { RealName, RealNameState } from "./tables.ts"

const states = ["pending", "approved", "refused"] as const satisfies RealNameState[]

const date = text(8, 10).transform((value, context) => {
  const known = dateFrom(value)
  if (known !== undefined) return known
  context.addIssue({ code: "custom", message: "must be a date such as 1990-12-31" })
  return z.NEVER
})

export const AuthReal = z.object({
  name: name(1, 40),
  /** 0 not told, 1 male, 2 female. */
  sex: oneOf(0, 1, 2).default(0),
  birthday: date.optional(),
  identification: text(5, 40),
  school: z.union([z.literal(""), name(1, 80)], { error: "must be visible text of at most 80 characters" }).default(""),
  identify_type: oneOf(...documents).default(1),
})

export const RealNames = z.object({
  ...page,
  state: z.enum(states, { error: `must be one of ${states.join(", ")}` }).default("pending"),
  /** 1 for names and numbers in full, which the audit log then says. */
  reveal: flag().default(false),
})
export const Approve = z.object({ id: id() })
export const Refuse = z.object({ id: id(), why: text(1, 500) })

const statuses: Record<RealNameState, string> = { pending: "0", approved: "1", refused: "2" }

/** Lists records for an operator; what cannot be unsealed is null. `status` is 0 while it waits, 1 approved, 2 refused. */
export function operatorRow(app: Pick<App, "config">, { inFull }: { inFull: boolean }) {
  const clock = createClock(app.config)
  return ({ record, nickName, identity }: Entry) => ({
    id: String(record.id),
    uid: String(record.userId),
    nick_name: nickName,
    status: statuses[record.state],
    name: identity ? (inFull ? identity.name : maskedName(identity.name)) : null,
    identify_type: identity ? String(identity.kind) : null,
    identification: identity ? (inFull ? identity.number : maskedNumber(identity.number)) : null,
    birthday: identity && inFull ? identity.birthday : null,
    sex: identity ? String(identity.sex) : null,
    school: record.school,
    create_time: clock.plain(record.submittedAt),
    finish_time: record.decidedAt === null ? "" : clock.plain(record.decidedAt),
    decided_by: record.decidedBy ?? "",
    why: record.why,
  })
}

export const outcome = (record: RealName) => ({ id: String(record.id), status: statuses[record.state] })
