import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { runProgram } from "../support/process.ts"

/** A folder of the test's own, removed at the end of the scope. */
export function ownFolder(): Disposable & { path: string; at(name: string): string } {
  const path = mkdtempSync(join(tmpdir(), "mili-backup-"))
  return {
    path,
    at: (name) => join(path, name),
    [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }),
  }
}

/** Runs `mili backup` and expects it to succeed. */
export async function backsUp(env: Record<string, string>, ...args: string[]): Promise<string> {
  const { code, errors, printed } = await runProgram(["backup", ...args], env)
  if (code !== 0) throw new Error(`mili backup ended with ${code}: ${errors}${printed}`)
  return printed
}

/** Runs `mili restore` into a folder. */
export const restores = (file: string, to: string, ...args: string[]) =>
  runProgram(["restore", file, "--to", to, ...args], { DATA_DIR: to })

/** A copy of a file with some of its bytes changed. */
export function altered(file: string, to: string, change: (bytes: Buffer) => Buffer): string {
  writeFileSync(to, change(readFileSync(file)))
  return to
}
