import { fileURLToPath } from "node:url"

/** This very program again, with other arguments: a compiled one is its own file, else Bun runs its source. */
export function ownProgram(...args: string[]): string[] {
  if (Bun.isStandaloneExecutable) return [process.execPath, ...args]
  return [process.execPath, fileURLToPath(new URL("../main.ts", import.meta.url)), ...args]
}
