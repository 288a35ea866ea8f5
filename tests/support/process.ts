import { join } from "node:path"

const root = join(import.meta.dir, "../..")
/** A compiled binary to test instead of the source. */
const binary = process.env["MILI_BIN"]

/** The real program, as an operator runs it. */
export interface Program extends AsyncDisposable {
  /** `http://127.0.0.1:PORT` */
  url: string
  pid: number
  /** Everything it logged and complained of so far. */
  logged(): string
  kill(signal: "SIGKILL" | "SIGTERM"): void
  /** Resolves with its exit code; null when a signal ended it. */
  exited: Promise<number | null>
}

/** Runs a command of the program to its end. */
export async function runProgram(args: string[], env: Record<string, string>) {
  const child = spawn(mili(...args), env)
  const [errors, printed] = await Promise.all([new Response(child.stderr).text(), new Response(child.stdout).text()])
  return { code: await child.exited, errors, printed }
}

/**
 * Starts the server, or a script that starts one, on a free port of the loopback and waits until it listens.
 *
 * @throws with its log when it ends before
 */
export async function startProgram(env: Record<string, string>, script?: string): Promise<Program> {
  const child = spawn(script === undefined ? mili("serve") : [process.execPath, script], env)
  let logged = ""
  const url = await new Promise<string>((resolve, reject) => {
    const listen = async () => {
      const decoder = new TextDecoder()
      for await (const bytes of child.stderr) {
        logged += decoder.decode(bytes, { stream: true })
        const found = /"message":"listening","url":"([^"]+?)\/?"/.exec(logged)?.[1]
        if (found) resolve(found)
      }
      reject(new Error(`the program ended:\n${logged}`))
    }
    listen().catch(reject)
  })
  return {
    url,
    pid: child.pid,
    logged: () => logged,
    kill: (signal) => child.kill(signal),
    exited: child.exited.then(() => child.exitCode),
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL")
      await child.exited
    },
  }
}

const mili = (...args: string[]) =>
  binary ? [binary, ...args] : [process.execPath, join(root, "src/main.ts"), ...args]

function spawn(command: string[], env: Record<string, string>) {
  return Bun.spawn(command, {
    cwd: root,
    // Nothing of the caller's that could configure a server.
    env: {
      PATH: process.env["PATH"] ?? "",
      HOME: process.env["HOME"] ?? "",
      HOST: "127.0.0.1",
      PORT: "0",
      RTMP_PORT: "0",
      RATE_LIMITS: "off",
      OPEN_REGISTRATION: "1",
      ...env,
    },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  })
}
