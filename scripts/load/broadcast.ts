import { existsSync } from "node:fs"
import { join } from "node:path"

/** 1.5 Mbit/s, 25 frames a second, a key frame every two seconds, and a tone. */
const material = [
  ...["-f", "lavfi", "-i", "testsrc2=size=1280x720:rate=25", "-f", "lavfi", "-i", "sine=sample_rate=44100", "-t", "10"],
  ...["-c:v", "libx264", "-preset", "veryfast", "-b:v", "1400k", "-minrate", "1400k", "-maxrate", "1400k"],
  ...["-bufsize", "1400k", "-g", "50", "-sc_threshold", "0", "-x264-params", "nal-hrd=cbr", "-pix_fmt", "yuv420p"],
  ...["-c:a", "aac", "-b:a", "96k", "-f", "flv"],
]

/** Encodes the picture that is pushed, once: pushing it then costs next to nothing. */
export async function makeMaterial(folder: string): Promise<string> {
  const path = join(folder, "material.flv")
  if (existsSync(path)) return path
  const encoder = Bun.spawn(["ffmpeg", "-v", "error", "-y", ...material, path], { stdin: "ignore", stderr: "inherit" })
  if ((await encoder.exited) !== 0) throw new Error("ffmpeg made no picture")
  return path
}

/** Pushes it to an RTMP address, over and over at its own pace, until disposed of. */
export function push(path: string, address: string): AsyncDisposable {
  const input = ["-re", "-stream_loop", "-1", "-i", path, "-c", "copy", "-f", "flv", address]
  const pusher = Bun.spawn(["taskset", "-c", "1", "ffmpeg", "-v", "error", ...input], {
    stdin: "ignore",
    stdout: "ignore",
    stderr: "ignore",
  })
  return {
    async [Symbol.asyncDispose]() {
      pusher.kill("SIGKILL")
      await pusher.exited
    },
  }
}
