import { renameSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import type { Home } from "../support/app.ts"
import { type Program, startProgram } from "../support/process.ts"

/** A server in a process of its own that can be killed and started again, and whose clock a story sets. */
export class ClockedServer implements AsyncDisposable {
  private program: Program | undefined
  private readonly clock: string

  constructor(
    readonly home: Home,
    readonly env: Record<string, string>,
    /** Milliseconds since 1970. */
    public now: number,
  ) {
    this.clock = join(home.dataDir, "clock")
    this.strikes(now)
  }

  get url(): string {
    return this.program?.url ?? ""
  }

  /** Sets the clock, whether or not the server runs; it stands still in between. */
  strikes(at: number): void {
    this.now = at
    // Replaced as a whole: a server that looks meanwhile sees the one time or the other.
    writeFileSync(`${this.clock}.new`, String(at))
    renameSync(`${this.clock}.new`, this.clock)
  }

  async starts(): Promise<void> {
    this.program = await startProgram({ ...this.env, CLOCK: this.clock }, join(import.meta.dir, "clocked.ts"))
  }

  /** Is killed, this moment. */
  async crashes(): Promise<void> {
    this.program?.kill("SIGKILL")
    await this.program?.exited
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.crashes()
  }
}
