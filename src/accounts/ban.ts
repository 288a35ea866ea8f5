import { type Reason, refuse } from "../refusal.ts"

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
