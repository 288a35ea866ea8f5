/** A run of ffmpeg. */
export interface Ffmpeg extends AsyncDisposable {
  /** Resolves with its exit code and what it complained of. */
  ended: Promise<{ code: number; said: string }>
  /** Silent from now on, with its connection open, as a phone without a network. */
  freeze(): void
  stop(): Promise<void>
}

/** Pushes a small moving picture with a tone, in real time. */
export const push = (url: string): Ffmpeg =>
  run(
    ["-re", "-f", "lavfi", "-i", "testsrc=size=160x120:rate=10", "-f", "lavfi", "-i", "sine"],
    ["-c:v", "libx264", "-preset", "ultrafast", "-g", "10", "-c:a", "aac", "-f", "flv", url],
  )

/** Watches until it has seen that many frames. */
export const watch = (url: string, frames: number): Ffmpeg =>
  run(["-analyzeduration", "2M", "-i", url], ["-an", "-frames:v", String(frames), "-f", "null", "-"])

/** Writes a film of so many seconds, in the format of the file's name. */
export const film = (file: string, seconds: number): Ffmpeg =>
  run(
    ["-f", "lavfi", "-i", "testsrc=size=160x120:rate=10"],
    ["-t", String(seconds), "-c:v", "libx264", "-preset", "ultrafast", "-y", file],
  )

function run(input: string[], output: string[]): Ffmpeg {
  const child = Bun.spawn(["ffmpeg", "-nostdin", "-loglevel", "error", ...input, ...output], {
    stdin: "ignore",
    stdout: "ignore",
    stderr: "pipe",
  })
  const ended = Promise.all([child.exited, new Response(child.stderr).text()]).then(([code, said]) => ({ code, said }))
  const stop = async () => {
    child.kill("SIGKILL")
    await child.exited
  }
  return { ended, freeze: () => child.kill("SIGSTOP"), stop, [Symbol.asyncDispose]: stop }
}
