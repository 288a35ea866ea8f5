/** What an ffmpeg printed on its error channel, and how it ended. */
export interface Run {
  code: number
  errors: string
}

/** A moving picture and a tone: H.264 with B-frames and a key frame a second, and AAC. */
export const source = (seconds: number) => [
  ...["-f", "lavfi", "-i", `testsrc=size=320x180:rate=25:duration=${seconds}`],
  ...["-f", "lavfi", "-i", `sine=frequency=440:sample_rate=44100:duration=${seconds}`],
  ...["-c:v", "libx264", "-preset", "veryfast", "-g", "25", "-bf", "2", "-threads", "1", "-c:a", "aac"],
]

/** Runs ffmpeg to its end. */
export async function ffmpeg(...args: string[]): Promise<Run> {
  const child = Bun.spawn(["ffmpeg", "-hide_banner", "-loglevel", "error", "-y", ...args], {
    stdin: "ignore",
    stdout: "ignore",
    stderr: "pipe",
  })
  const errors = await new Response(child.stderr).text()
  return { code: await child.exited, errors }
}

/** How many frames a file holds once decoded, such as `{ video: 50, audio: 88 }`. */
export async function framesIn(path: string): Promise<{ video: number; audio: number }> {
  const count = async (stream: string) => {
    const entries = ["-count_frames", "-select_streams", stream, "-show_entries", "stream=nb_read_frames"]
    const child = Bun.spawn(["ffprobe", "-v", "error", ...entries, "-of", "csv=p=0", path], { stdin: "ignore" })
    return Number.parseInt(await new Response(child.stdout).text(), 10)
  }
  return { video: await count("v:0"), audio: await count("a:0") }
}

/** The tags of an FLV file: type, time in milliseconds and body. */
export async function tagsOf(path: string): Promise<{ type: number; time: number; body: Buffer }[]> {
  const bytes = Buffer.from(await Bun.file(path).arrayBuffer())
  const tags = []
  for (let at = 13; at < bytes.length; ) {
    const size = bytes.readUIntBE(at + 1, 3)
    const time = bytes.readUIntBE(at + 4, 3) + bytes.readUInt8(at + 7) * 2 ** 24
    tags.push({ type: bytes.readUInt8(at), time, body: bytes.subarray(at + 11, at + 11 + size) })
    at += 11 + size + 4
  }
  return tags
}
