/** What ffmpeg writes to its standard output. @throws with its words when it finds any error */
export async function ffmpeg(args: string[], input?: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
  const child = Bun.spawn(["ffmpeg", "-hide_banner", "-loglevel", "error", "-nostdin", ...args], {
    stdin: input ? new Blob([new Uint8Array(input)]) : "ignore",
    stdout: "pipe",
    stderr: "pipe",
  })
  const [written, words] = await Promise.all([child.stdout.bytes(), child.stderr.text()])
  // One encoder talks of itself at any level.
  const complaints = words.replace(/^Svt\[info\].*\n/gm, "")
  if ((await child.exited) !== 0 || complaints !== "") throw new Error(`ffmpeg: ${words}`)
  return new Uint8Array(written)
}

/** A moving picture for `-i`, in pixels and frames a second. */
export const picture = (size: string, rate = 25) => ["-f", "lavfi", "-i", `testsrc2=size=${size}:rate=${rate}`]

/** A steady tone for `-i`, in Hz. */
export const tone = (sampleRate = 44_100) => ["-f", "lavfi", "-i", `sine=frequency=440:sample_rate=${sampleRate}`]
