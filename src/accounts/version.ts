import type { App } from "../app.ts"
import { refuse } from "../refusal.ts"

/** @throws {Refusal} `account.update_needed` when the app says it is older than the forced version */
export function assertVersion(app: Pick<App, "config">, version: string | undefined): void {
  const { forcedVersion } = app.config
  if (forcedVersion && version && isOlder(version, forcedVersion)) refuse("account.update_needed")
}

/** Compares number by number, so that 1.10 is newer than 1.9. */
const isOlder = (version: string, forced: string) =>
  version.localeCompare(forced, "en", { numeric: true, sensitivity: "base" }) < 0
