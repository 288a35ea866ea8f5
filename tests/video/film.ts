import type { FlvTag } from "../../src/video/flv/tag_reader.ts"
import type { Publication } from "../../src/video/packet.ts"
import { ffmpeg, picture, tone } from "./ffmpeg.ts"
import { tagsOf } from "./viewers.ts"

/** An encoder's output, as a file and as what a publisher sends. */
export interface Film {
  file: Uint8Array<ArrayBuffer>
  tags: FlvTag[]
}

/** Films a moving picture with a tone: H.264 with B-frames, a key frame a second, and AAC. Seconds must be whole. */
export async function film(size: string, seconds: number): Promise<Film> {
  const file = await ffmpeg([
    ...[...picture(size), ...tone(), "-t", String(seconds), "-c:v", "libx264", "-preset", "veryfast"],
    ...["-pix_fmt", "yuv420p", "-g", "25", "-keyint_min", "25", "-sc_threshold", "0", "-bf", "2", "-c:a", "aac"],
    ...["-flvflags", "no_duration_filesize", "-f", "flv", "-"],
  ])
  return { file, tags: tagsOf(file) }
}

export function send(feed: Publication, tags: FlvTag[]): void {
  for (const { kind, timestamp, body } of tags) feed.take(kind, timestamp, body)
}

/** Every decoded frame's time and content. @param input an address, or a file's bytes @throws at the first error */
export async function decoded(input: string | Uint8Array): Promise<string[]> {
  const source = typeof input === "string" ? input : "pipe:0"
  const words = await ffmpeg(
    ["-xerror", "-i", source, "-fps_mode", "passthrough", "-f", "framemd5", "-"],
    typeof input === "string" ? undefined : input,
  )
  const lines = new TextDecoder().decode(words).split("\n")
  return lines.filter((line) => /^\d/.test(line)).map((line) => line.replaceAll(" ", ""))
}
