import { expect, test } from "bun:test"
import { existsSync } from "node:fs"
import { type Browser, chromium, type Locator, type Page } from "playwright-core"

const executablePath = "/usr/bin/chromium"
const flags = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
]

const isInstalled = existsSync(executablePath)
if (!isInstalled) process.stderr.write(`${executablePath} is absent: the stories in a browser did NOT run.\n`)

/** How long a story in a browser may take, in milliseconds. */
const storyMax = 180_000
/** A longer wait means that what was waited for will not come; milliseconds. */
const patience = 45_000

/** A camera that shows a moving pattern and a microphone that beeps, which pages may use without asking anybody. */
export const camera = [
  "--use-fake-device-for-media-stream",
  "--use-fake-ui-for-media-stream",
  "--autoplay-policy=no-user-gesture-required",
]

/**
 * A story told in a real browser with a fresh profile. Where none is installed it is left out, and that is said.
 *
 * @param more flags of this story's own
 * @param most milliseconds that it may take
 */
export function browserTest(
  name: string,
  story: (browser: Browser) => Promise<void>,
  more: string[] = [],
  most = storyMax,
): void {
  test.skipIf(!isInstalled)(
    name,
    async () => {
      await using browser = await chromium.launch({ executablePath, args: [...flags, ...more], timeout: patience })
      await story(browser)
    },
    most,
  )
}

/** Somebody in front of a browser of their own. */
export interface Visitor {
  page: Page
  /** What the browser complained of: errors of scripts, refused or failed requests, and requests to other servers. */
  complaints: string[]
}

export interface Device {
  language?: "en-US" | "zh-CN"
  isPhone?: boolean
  /** Lets no page make a sound that was not touched. A browser that is steered takes the steering for a touch. */
  isReserved?: boolean
}

const phone = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true }
const desktop = { viewport: { width: 1280, height: 800 } }

const reserve = `
  const play = HTMLMediaElement.prototype.play
  let isTouched = false
  addEventListener("pointerdown", () => { isTouched = true }, true)
  HTMLMediaElement.prototype.play = function () {
    return this.muted || isTouched ? play.call(this) : Promise.reject(new DOMException("", "NotAllowedError"))
  }
`

/** Opens a page of a server on a device that has never seen it. */
export async function visits(browser: Browser, url: string, device: Device = {}): Promise<Visitor> {
  const { language = "en-US", isPhone = false, isReserved = false } = device
  const context = await browser.newContext({ locale: language, ...(isPhone ? phone : desktop) })
  context.setDefaultTimeout(patience)
  const page = await context.newPage()
  if (isReserved) await page.addInitScript(reserve)
  const complaints: string[] = []
  const { host } = new URL(url)
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()))
  page.on("pageerror", (error) => complaints.push(String(error)))
  page.on("request", (request) => {
    const asked = new URL(request.url())
    if (!["blob:", "data:"].includes(asked.protocol) && asked.host !== host) complaints.push(`asked ${asked.origin}`)
  })
  await page.goto(url)
  return { page, complaints }
}

/** Waits until an expression has a value in a page: what follows an act there may take its time. */
export async function comesTo(page: Page, expression: string, wanted: unknown): Promise<void> {
  const deadline = Date.now() + patience
  let value = await page.evaluate(expression)
  while (!Bun.deepEquals(value, wanted) && Date.now() < deadline) {
    await Bun.sleep(20)
    value = await page.evaluate(expression)
  }
  expect([expression, value]).toEqual([expression, wanted])
}

/** Waits until what a video shows has moved on by so many seconds. */
export async function plays(video: Locator, seconds: number): Promise<void> {
  await video.evaluate(
    (element, { wanted, patience }) =>
      new Promise<void>((resolve, reject) => {
        setTimeout(() => reject(new Error("the picture stands still")), patience)
        let last = Number.NaN
        let seen = 0
        const look = (time: number) => {
          // A player may jump; what counts is what is shown in between.
          const moved = time - last
          if (moved > 0 && moved < 1) seen += moved
          last = time
          if (seen >= wanted) resolve()
        }
        element.addEventListener("timeupdate", () => look((element as unknown as { currentTime: number }).currentTime))
      }),
    { wanted: seconds, patience },
  )
}

/** Waits until what a video plays is loud: any sound, also where the page is muted. */
export async function sounds(video: Locator): Promise<void> {
  const loudness = await video.evaluate(hear)
  if (loudness < 0.01) throw new Error(`the loudest that was heard is ${loudness}`)
}

/** The browser's own part of it. @returns the loudest sample of what was heard until it was loud, or for half a minute */
async function hear(element: unknown): Promise<number> {
  const { AudioContext, MediaStream } = globalThis as unknown as {
    AudioContext: new () => AudioGraph
    MediaStream: new (tracks: unknown[]) => unknown
  }
  const graph = new AudioContext()
  await graph.resume()
  const analyser = graph.createAnalyser()
  const samples = new Float32Array(analyser.fftSize)
  let loudest = 0
  for (const until = performance.now() + 30_000; loudest < 0.01 && performance.now() < until; ) {
    // A player that begins anew has other tracks.
    const tracks = (element as { captureStream(): { getAudioTracks(): unknown[] } }).captureStream().getAudioTracks()
    const source = tracks.length > 0 ? graph.createMediaStreamSource(new MediaStream(tracks)) : undefined
    source?.connect(analyser)
    for (let looks = 0; looks < 100 && loudest < 0.01; looks++) {
      await new Promise((resolve) => setTimeout(resolve, 20))
      analyser.getFloatTimeDomainData(samples)
      loudest = samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), loudest)
    }
    source?.disconnect()
  }
  await graph.close()
  return loudest
}

interface AudioGraph {
  resume(): Promise<void>
  close(): Promise<void>
  createAnalyser(): { fftSize: number; getFloatTimeDomainData(samples: Float32Array): void }
  createMediaStreamSource(stream: unknown): { connect(to: unknown): void; disconnect(): void }
}
