import { readFileSync } from "node:fs"
import { assertOk, encodeRequest, openConnection } from "./http.ts"

/** A server started by us and ended when it goes out of scope. */
export type Server = AsyncDisposable & {
  port: number
  /** Milliseconds from spawning the process to its first good answer at /readyz. */
  readyMs: number
  /** User and system CPU seconds of all its threads so far. */
  cpuSeconds(): number
  /** Resident memory in KiB. */
  rssKib(): number
}

export type Launch = { command: string[]; env: Record<string, string>; cores?: string; log: string }

const READY_WITHIN_MS = 20_000
const STOP_WITHIN_MS = 12_000
const CLOCK_TICKS_PER_SECOND = 100

const running = new Set<Bun.Subprocess>()

/** Kills what is still running; for the end of an interrupted benchmark. */
export function killAll() {
  for (const child of running) child.kill("SIGKILL")
}

/** Starts a server on core 0, or on `cores`, and waits until /readyz answers. Its output goes to the log file. */
export async function launch({ command, env, cores = "0", log }: Launch): Promise<Server> {
  const port = freePort()
  const startedMs = performance.now()
  const child = Bun.spawn(["taskset", "-c", cores, ...command], {
    cwd: root,
    env: { ...cleanEnv, ...env, PORT: String(port), RTMP_PORT: String(freePort()) },
    stdout: Bun.file(log),
    stderr: Bun.file(`${log}.err`),
  })
  running.add(child)
  const stop = async () => {
    child.kill("SIGTERM")
    const killer = setTimeout(() => child.kill("SIGKILL"), STOP_WITHIN_MS)
    await child.exited
    clearTimeout(killer)
    running.delete(child)
  }
  try {
    await untilReady(port, child, startedMs + READY_WITHIN_MS)
  } catch (error) {
    await stop()
    throw new Error(`${command.join(" ")}: ${error}\n${readFileSync(`${log}.err`, "utf8").slice(-2000)}`)
  }
  return {
    port,
    readyMs: performance.now() - startedMs,
    cpuSeconds: () => cpuSeconds(child.pid),
    rssKib: () => rssKib(child.pid),
    [Symbol.asyncDispose]: stop,
  }
}

/** The repository's folder, in which every process is started. */
export const root = new URL("../..", import.meta.url).pathname

/** The environment of every process: nothing of the caller's that could configure a server. */
export const cleanEnv = { PATH: process.env["PATH"] ?? "", HOME: process.env["HOME"] ?? "", NODE_ENV: "production" }

async function untilReady(port: number, child: Bun.Subprocess, deadlineMs: number) {
  const request = encodeRequest("/readyz")
  while (true) {
    try {
      const connection = await openConnection(port)
      assertOk(await connection.exchange(request))
      return connection.close()
    } catch (error) {
      if (child.exitCode !== null) throw new Error(`ended with ${child.exitCode}`)
      if (performance.now() > deadlineMs) throw error
    }
    await Bun.sleep(1)
  }
}

/** A port that is free now. */
export function freePort(): number {
  const probe = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } })
  probe.stop()
  return probe.port
}

/** User and system CPU seconds of all threads of a process so far. */
export function cpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8")
  // The command's name may hold spaces: the fields are counted from the bracket that ends it.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ")
  return (Number(fields[11]) + Number(fields[12])) / CLOCK_TICKS_PER_SECOND
}

/** Resident memory of a process in KiB. */
export function rssKib(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1])
}
