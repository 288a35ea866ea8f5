import { expect } from "bun:test"
import type { Page } from "playwright-core"
import { startApp } from "../support/app.ts"
import { browserTest, camera, plays, sounds, visits } from "./browser.ts"
import { goesLiveInPage, registersInPage } from "./visitor.ts"

/** Small pictures, for a machine that has little to spare. */
const small = `
  const { mediaDevices } = navigator
  const open = mediaDevices.getUserMedia.bind(mediaDevices)
  mediaDevices.getUserMedia = ({ video, audio }) => open({ video: { ...video, width: 320, height: 240 }, audio })
`

async function sendsFromPage(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Go live from this browser" }).click()
  await page.getByText("Nobody but you sees this yet.").waitFor()
  await page.getByRole("button", { name: "Start broadcasting" }).click()
  await page.getByText("You are live.").waitFor()
}

browserTest(
  "Ana goes live with her camera from the page, and Bo sees and hears her, until she stops",
  async (browser) => {
    await using app = await startApp({ OPEN_REGISTRATION: "1" })
    const ana = await visits(browser, `${app.url}/demo/`)
    await ana.page.addInitScript(small)
    await ana.page.reload()
    await registersInPage(ana.page, "ana_page", "Ana")
    const roomId = await goesLiveInPage(ana.page, "Tea and songs")
    const bo = await visits(browser, `${app.url}/demo/#/room/${roomId}`, { isPhone: true })
    await bo.page.getByText("Waiting for the host’s video…").waitFor()

    await sendsFromPage(ana.page)
    const video = bo.page.locator(".player video")
    await plays(video, 2)
    await sounds(video)

    await ana.page.getByRole("button", { name: "Stop sending" }).click()
    await ana.page.getByText("nothing to install").waitFor()
    await bo.page.getByText("Waiting for the host’s video…").waitFor()
    expect(app.logged.filter((line) => line.includes('"level":"error"'))).toEqual([])
    expect([...ana.complaints, ...bo.complaints]).toEqual([])
  },
  camera,
)
