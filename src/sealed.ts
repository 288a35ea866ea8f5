import type { App } from "./app.ts"

/**
 * What a sealed text says. One that cannot be opened is logged: it must not hide others, nor keep an operator from deciding
 * about it.
 *
 * @returns undefined when it was sealed under another data key
 */
export function openSealed(app: Pick<App, "keys" | "log">, purpose: string, sealed: string): string | undefined {
  if (sealed === "") return ""
  try {
    return app.keys.unseal(purpose, sealed)
  } catch (error) {
    app.log.error("cannot be unsealed", { purpose, error })
    return undefined
  }
}
