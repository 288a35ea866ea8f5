import { onLoopback } from "./stage.ts"

/** What a camera films and how it is encoded. */
export interface Film {
  seconds: number
  size?: string
  /** Frames between two key frames, at 30 a second. */
  keyFrameEvery?: number
  sampleRate?: 44_100 | 48_000
  bFrames?: boolean
}

/** An ffmpeg that films in real time and pushes. */
export interface Camera extends AsyncDisposable {
  /** Resolves with its exit code and its complaints. */
  ended: Promise<{ code: number; words: string }>
  kill(): void
}

export function films(address: string, film: Film): Camera {
  const { seconds, size = "1280x720", keyFrameEvery = 60, sampleRate = 44_100, bFrames = false } = film
  const camera = Bun.spawn(
    [
      ...["ffmpeg", "-hide_banner", "-loglevel", "error", "-nostdin", "-re"],
      ...["-f", "lavfi", "-i", `testsrc2=size=${size}:rate=30`],
      ...["-re", "-f", "lavfi", "-i", `sine=frequency=440:sample_rate=${sampleRate}`, "-t", String(seconds)],
      ...["-c:v", "libx264", "-preset", "ultrafast", "-b:v", "1500k", "-pix_fmt", "yuv420p", "-threads", "1"],
      ...["-g", String(keyFrameEvery), "-keyint_min", String(keyFrameEvery), "-sc_threshold", "0"],
      ...["-bf", bFrames ? "2" : "0", "-c:a", "aac", "-ar", String(sampleRate), "-f", "flv", onLoopback(address)],
    ],
    { stdin: "ignore", stdout: "ignore", stderr: "pipe" },
  )
  const ended = Promise.all([camera.exited, new Response(camera.stderr).text()])
  return {
    ended: ended.then(([code, words]) => ({ code, words })),
    kill: () => camera.kill("SIGKILL"),
    async [Symbol.asyncDispose]() {
      camera.kill("SIGKILL")
      await camera.exited
    },
  }
}

/** What a player saw: frames decoded of each kind, and its complaints. */
export interface Showing {
  video: number
  audioSeconds: number
  words: string
}

/** Decodes whatever an address has, from the first it gives to its end. */
export async function plays(address: string, ...options: string[]): Promise<Showing> {
  const player = Bun.spawn(
    [
      ...["ffmpeg", "-hide_banner", "-loglevel", "warning", "-nostdin", "-progress", "pipe:1", ...options],
      ...["-i", address, "-f", "null", "-"],
    ],
    { stdin: "ignore", stdout: "pipe", stderr: "pipe" },
  )
  const [progress, words] = await Promise.all([
    new Response(player.stdout).text(),
    new Response(player.stderr).text(),
    player.exited,
  ])
  const last = (name: string) =>
    Number(
      progress
        .match(new RegExp(`${name}=\\s*(\\d+)`, "g"))
        ?.at(-1)
        ?.split("=")[1],
    )
  return {
    video: last("frame"),
    audioSeconds: last("out_time_us") / 1e6,
    // An HLS player names every init segment that it has read already.
    words: words.replace(/^.*Found duplicated MOOV Atom.*\n?/gm, "").replace(/^.*Last message repeated.*\n?/gm, ""),
  }
}
