import { expect } from "bun:test"
import type { Locator } from "playwright-core"
import { browserTest, plays, visits } from "../demo/browser.ts"
import { choosesWay } from "../demo/visitor.ts"
import { freshHome } from "../support/app.ts"
import { startProgram } from "../support/process.ts"
import { delaysIn, filmsClock } from "./burnt_clock.ts"
import { Studio } from "./studio.ts"

/** The most seconds from the push to the picture, with a key frame every 2 seconds. */
const most = { "http-flv": 3, "ws-flv": 3, hls: 8 } as const
/** Pictures that are looked at, 25 a second. */
const looks = 75

/** Looks at a row of pictures, and says how old they are. @returns whether all of them were as young as they should be */
async function isPrompt(video: Locator, way: keyof typeof most): Promise<boolean> {
  const delays = (await delaysIn(video, looks)).toSorted((one, other) => one - other)
  const [least, median, last] = [delays[0] ?? 0, delays[Math.floor(looks / 2)] ?? 0, delays.at(-1) ?? 0]
  process.stdout.write(
    `${way}: from push to picture ${[least, median, last].map((one) => one.toFixed(1)).join(" / ")} s\n`,
  )
  expect([way, least > -0.2]).toEqual([way, true])
  return last < most[way]
}

browserTest("what Bo sees in a browser is what Ana did a moment ago", async (browser) => {
  const home = await freshHome()
  await using _home = { [Symbol.asyncDispose]: () => home.remove() }
  await using program = await startProgram(home.env)
  const ana = await Studio.open(program.url)
  const room = await ana.goesLive({})
  await using _camera = filmsClock(room.pushUrl)
  await ana.isOnAir(room)
  // Others watch by HLS already, so that it is not the first segment that is begun with.
  expect((await fetch(room.hlsUrl)).status).toBe(200)
  const { page, complaints } = await visits(browser, `${program.url}/demo/#/room/${room.id}`)
  const video = page.locator("video")
  await plays(video, 1)
  for (const way of ["http-flv", "ws-flv", "hls"] as const) {
    await choosesWay(page, way)
    await plays(video, 2)
    await page.getByText(way === "hls" ? /delay \d/ : /buffer \d/).waitFor()
    // A busy machine may be behind for a moment; what is not made up for is the server's or the page's.
    while (!(await isPrompt(video, way)));
  }
  expect(complaints).toEqual([])
})
