import { userById } from "../accounts/user.ts"
import type { App } from "../app.ts"
import { write } from "../db/write.ts"
import { refuse } from "../refusal.ts"
import { reports } from "./tables.ts"

export interface Complaint {
  reporterId: number
  /** Whether the reporter has shown a token. */
  verified: boolean
  reportedId: number
  text: string
  /** Where it came from. */
  ip: string
}

/**
 * Keeps a complaint about somebody for the operator.
 *
 * @throws {Refusal} `input.invalid` for oneself, `account.unknown` for either
 */
export async function report(app: App, complaint: Complaint): Promise<void> {
  const { reporterId, reportedId } = complaint
  if (reporterId === reportedId) refuse("input.invalid", { message: 'The parameter "oid" is your own account.' })
  await write(app, async (tx) => {
    for (const id of [reporterId, reportedId]) await userById(tx, id)
    await tx
      .insert(reports)
      .values({ ...complaint, createdAt: app.now() })
      .returning({ id: reports.id })
  })
}
