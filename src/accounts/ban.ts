import type { App } from "../app.ts"
import type { Db } from "../db/query.ts"
import { type Reason, refuse } from "../refusal.ts"
import { userById } from "./user.ts"

/** `bannedUntil` of an account that is closed for good. */
export const bannedForever = Number.MAX_SAFE_INTEGER

/** Why an account may not act now, or undefined when it may. */
export function banOn(bannedUntil: number, now: number): Reason | undefined {
  if (bannedUntil === bannedForever) return "account.banned_forever"
  return bannedUntil > now ? "account.banned" : undefined
}

/** @throws {Refusal} `account.other_banned` when the other party of a call is suspended or closed */
export function assertNotBanned(other: { bannedUntil: number }, now: number): void {
  if (banOn(other.bannedUntil, now)) refuse("account.other_banned")
}

/**
 * Makes sure, inside a write that holds the user's row, that no ban came while the call was under way.
 *
 * @throws {Refusal} `account.banned`, `account.banned_forever`
 */
export async function assertMayAct(app: Pick<App, "now">, tx: Db, userId: number): Promise<void> {
  const { bannedUntil } = await userById(tx, userId)
  const ban = banOn(bannedUntil, app.now())
  if (ban) refuse(ban)
}
