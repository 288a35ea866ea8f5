import type { App } from "../app.ts"
import { refuse } from "../refusal.ts"

/** @throws {Refusal} `account.update_needed` when the app says it is older than the forced version */
export function assertVersion(app: Pick<App, "config">, version: string | undefined): void {
  const { forcedVersion } = app.config
  if (forcedVersion && version && isOlder(version, forcedVersion)) refuse("account.update_needed")
}

/** Compares number by number, so that 1.10 is newer than 1.9 and 2 is as new as 2.0. */
export function isOlder(version: string, other: string): boolean {
  const [given, wanted] = [numbersOf(version), numbersOf(other)]
  for (let at = 0; at < Math.max(given.length, wanted.length); at++) {
    const difference = (given[at] ?? 0) - (wanted[at] ?? 0)
    if (difference !== 0) return difference < 0
  }
  return false
}

const numbersOf = (version: string) => (version.match(/\d+/g) ?? []).map(Number)
