import { expect } from "bun:test"
import type { Page } from "playwright-core"
import { startApp } from "../support/app.ts"
import { push } from "../support/fakes/ffmpeg.ts"
import { browserTest, comesTo, plays, visits } from "./browser.ts"
import { choosesWay, goesLiveInPage, registersInPage } from "./visitor.ts"

/** The address that a host copies into OBS. */
async function addressShown(page: Page): Promise<string> {
  const server = await page.getByLabel("Server", { exact: true }).inputValue()
  const key = await page.getByLabel("Stream key", { exact: true }).inputValue()
  return `${server}/${key}`
}

const isMuted = (page: Page, wanted: boolean) => comesTo(page, "document.querySelector('video').muted", wanted)

browserTest(
  "ffmpeg pushes to the address shown: Bo, who has no account, sees it move by every way there is, and the end of it",
  async (browser) => {
    await using app = await startApp({ OPEN_REGISTRATION: "1" })
    const ana = await visits(browser, `${app.url}/demo/`)
    await registersInPage(ana.page, "ana_page", "Ana")
    const roomId = await goesLiveInPage(ana.page, "Tea and songs")
    const address = await addressShown(ana.page)
    expect(address).toMatch(/^rtmp:\/\/127\.0\.0\.1:\d+\/live\/\d+\?/)

    const bo = await visits(browser, `${app.url}/demo/#/room/${roomId}`, { isReserved: true })
    await bo.page.getByText("Waiting for the host’s video…").waitFor()
    await using stream = push(address)
    const video = bo.page.locator("video")
    await plays(video, 1)
    await plays(ana.page.locator("video"), 1)
    // Her microphone would hear it.
    await isMuted(ana.page, true)

    // Nobody has touched Bo's page, so it makes no sound yet.
    await bo.page.getByRole("button", { name: "Turn sound on" }).first().click()
    await isMuted(bo.page, false)

    for (const way of ["http-flv", "hls", "ws-flv"]) {
      await choosesWay(bo.page, way)
      await plays(video, 1)
      await bo.page.getByText(way === "hls" ? /delay \d+\.\d s/ : /buffer \d+\.\d s/).waitFor()
    }

    await bo.page.getByRole("button", { name: "Pause" }).click()
    await bo.page.getByRole("button", { name: "Play" }).first().click()
    await plays(video, 0.5)

    await ana.page.getByRole("button", { name: "End the broadcast" }).click()
    await ana.page.getByRole("dialog").getByRole("button", { name: "End the broadcast" }).click()
    await bo.page.getByRole("heading", { name: "The broadcast is over" }).waitFor()
    const { code } = await stream.ended
    expect(code).not.toBe(0)
    expect(ana.complaints).toEqual([])
  },
)

browserTest("a host whose video breaks off and comes again is seen again", async (browser) => {
  await using app = await startApp({ OPEN_REGISTRATION: "1" })
  const ana = await visits(browser, `${app.url}/demo/`)
  await registersInPage(ana.page, "ana_page", "Ana")
  await goesLiveInPage(ana.page, "Tea and songs")
  const address = await addressShown(ana.page)
  const video = ana.page.locator("video")
  {
    await using _first = push(address)
    await plays(video, 1)
  }
  await using _second = push(address)
  await plays(video, 1)
  await ana.page.locator(".player[data-picture=shown]").waitFor()
})
