import type { Locator } from "playwright-core"
import { onLoopback } from "./stage.ts"

/** Bars beside each other, white or black, that show tenths of seconds since 1970, modulo 1,024, in Gray code. */
const bars = 10
const barWidth = 32
const range = 2 ** bars

/**
 * A host whose picture is a clock: what is seen tells when it was filmed. Only one bar changes at a time, so that the bars
 * of a picture may be painted a moment apart. A key frame every 2 seconds.
 */
export function filmsClock(address: string): AsyncDisposable {
  const bar = (n: number) => {
    const isWhite = `mod(floor((mod(time(0)*10,${range})+${2 ** n})/${2 ** (n + 1)}),2)`
    return `drawbox=x=${n * barWidth}:y=0:w=${barWidth}:h=ih:color=white:t=fill:enable='${isWhite}'`
  }
  const camera = Bun.spawn(
    [
      ...["ffmpeg", "-hide_banner", "-loglevel", "error", "-nostdin"],
      ...["-re", "-f", "lavfi", "-i", `color=black:size=${bars * barWidth}x180:rate=25`],
      ...["-re", "-f", "lavfi", "-i", "sine=frequency=440:sample_rate=44100"],
      ...["-vf", Array.from({ length: bars }, (_, n) => bar(n)).join(",")],
      ...["-c:v", "libx264", "-preset", "ultrafast", "-tune", "zerolatency", "-pix_fmt", "yuv420p", "-threads", "1"],
      ...["-g", "50", "-keyint_min", "50", "-sc_threshold", "0", "-c:a", "aac", "-f", "flv", onLoopback(address)],
    ],
    { stdin: "ignore", stdout: "ignore", stderr: "inherit" },
  )
  return {
    async [Symbol.asyncDispose]() {
      camera.kill("SIGKILL")
      await camera.exited
    },
  }
}

/** What a page's scripts have, as far as it is needed here. */
interface VideoElement {
  ownerDocument: { createElement(name: "canvas"): Canvas }
  requestVideoFrameCallback(shown: () => void): void
}
interface Canvas {
  width: number
  height: number
  getContext(
    kind: "2d",
    options: object,
  ): {
    drawImage(video: VideoElement, x: number, y: number, width: number, height: number): void
    getImageData(x: number, y: number, width: number, height: number): { data: Uint8ClampedArray }
  }
}

/** How long ago the next so many pictures that a video shows were filmed, in seconds. */
export async function delaysIn(video: Locator, pictures: number): Promise<number[]> {
  const seen = await video.evaluate(
    (element, { bars, pictures }) =>
      new Promise<{ code: boolean[]; now: number }[]>((resolve) => {
        const shown = element as unknown as VideoElement
        // A pixel a bar.
        const canvas = shown.ownerDocument.createElement("canvas")
        canvas.width = bars
        canvas.height = 1
        const context = canvas.getContext("2d", { willReadFrequently: true })
        const readings: { code: boolean[]; now: number }[] = []
        const read = () => {
          context.drawImage(shown, 0, 0, bars, 1)
          const { data } = context.getImageData(0, 0, bars, 1)
          const code = Array.from({ length: bars }, (_, n) => (data[4 * n] ?? 0) > 127)
          readings.push({ code, now: Date.now() })
          if (readings.length === pictures) resolve(readings)
          else shown.requestVideoFrameCallback(read)
        }
        shown.requestVideoFrameCallback(read)
      }),
    { bars, pictures },
  )
  return seen.map(({ code, now }) => {
    const ago = (((now / 100 - tenthsOf(code)) % range) + range) % range
    // A picture of this very moment may be a tenth ahead.
    return (ago > range / 2 ? ago - range : ago) / 10
  })
}

/** Undoes the Gray code; the first bar is the lowest bit. */
const tenthsOf = (code: boolean[]): number =>
  code.reduceRight((number, bit) => 2 * number + (bit !== (number % 2 === 1) ? 1 : 0), 0)
