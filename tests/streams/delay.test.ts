import { expect } from "bun:test"
import { browserTest, plays, visits } from "../demo/browser.ts"
import { freshHome } from "../support/app.ts"
import { startProgram } from "../support/process.ts"
import { delaysIn, filmsClock } from "./burnt_clock.ts"
import { Studio } from "./studio.ts"

/** The most seconds from the push to the picture, with a key frame every 2 seconds. */
const most = { "http-flv": 3, "ws-flv": 3, hls: 8 } as const
/** Pictures that are looked at, 25 a second. */
const looks = 75

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
    await page.getByRole("combobox", { name: "How the video comes" }).selectOption(way)
    await page.locator(".player:not([data-picture=shown])").waitFor()
    await plays(video, 2)
    await page.getByText(way === "hls" ? /delay \d/ : /buffer \d/).waitFor()
    const delays = (await delaysIn(video, looks)).toSorted((one, other) => one - other)
    const [least, median, last] = [delays[0] ?? 0, delays[Math.floor(looks / 2)] ?? 0, delays.at(-1) ?? 0]
    process.stdout.write(
      `${way}: from push to picture ${[least, median, last].map((one) => one.toFixed(1)).join(" / ")} s\n`,
    )
    expect([way, least > -0.2, last < most[way]]).toEqual([way, true, true])
  }
  expect(complaints).toEqual([])
})
