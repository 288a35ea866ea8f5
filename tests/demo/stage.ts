import { expect } from "bun:test"
import type { Browser, Page } from "playwright-core"
import { type Device, type Visitor, visits } from "./browser.ts"
import { registersInPage } from "./visitor.ts"

/** Somebody with a small camera, in a page that lets its connections be counted. */
export interface Guest extends Visitor {
  uid: number
}

/** Makes every camera small, so that one machine carries several people, and keeps the page's connections in sight. */
const prepare = `
  const media = navigator.mediaDevices
  const ask = media.getUserMedia.bind(media)
  media.getUserMedia = ({ audio, video }) =>
    ask({ audio, video: video && { width: 320, height: 240, frameRate: 10 } })
  const Connection = RTCPeerConnection
  window.connections = []
  window.RTCPeerConnection = class extends Connection {
    constructor(...settings) {
      super(...settings)
      window.connections.push(this)
    }
  }
`

/** Opens the page on a device of their own and registers. */
export async function arrives(browser: Browser, url: string, name: string, device: Device = {}): Promise<Guest> {
  const visitor = await visits(browser, url, device)
  // Several browsers at once are slow on a small machine.
  visitor.page.setDefaultTimeout(60_000)
  await visitor.page.addInitScript(prepare)
  await visitor.page.reload()
  await registersInPage(visitor.page, `${name.toLowerCase()}_page`, name)
  const uid = await visitor.page.evaluate<number>("JSON.parse(localStorage.getItem('mili.account')).uid")
  return { ...visitor, uid }
}

/** Opens a conference in the page. @returns its room's id */
export async function opensConferenceInPage(page: Page, title: string): Promise<number> {
  await page.getByRole("banner").getByRole("link", { name: "Go live" }).click()
  await page.getByRole("link", { name: /Open a conference/ }).click()
  await seesPeople(page, 1)
  await page.getByLabel("Title").fill(title)
  await page.getByRole("button", { name: "Begin" }).click()
  await page.getByRole("heading", { name: title }).waitFor()
  await page.getByRole("button", { name: "Invite", exact: true }).waitFor()
  return Number(/#\/room\/(\d+)$/.exec(page.url())?.[1])
}

/** Asks somebody onto the stage by their number. */
export async function asksByNumber(page: Page, uid: number): Promise<void> {
  await page.getByRole("button", { name: "Invite", exact: true }).click()
  const panel = page.getByRole("dialog", { name: "Invite" })
  await panel.getByLabel("User number").fill(String(uid))
  await panel.getByRole("button", { name: "Invite", exact: true }).first().click()
  await panel.getByText("The invitation is on its way.").waitFor()
  await page.keyboard.press("Escape")
}

/** Waits for the question whether to come on stage, and answers it. */
export const answersInPage = (page: Page, answer: "Join" | "No, thanks") =>
  page.getByRole("dialog", { name: "Come on stage?" }).getByRole("button", { name: answer }).click()

/** Waits for a message that pages show for a moment, on all of them at once. */
export const told = (pages: Page[], message: string) =>
  Promise.all(pages.map((page) => page.getByText(message).waitFor()))

/** The green of the three people in a composed picture, coarsely: two side by side, and one below in the middle. */
const lookAtThree = `(() => {
  const canvas = Object.assign(document.createElement("canvas"), { width: 64, height: 36 })
  const context = canvas.getContext("2d")
  context.drawImage(document.querySelector("video"), 0, 0, 64, 36)
  const part = (x, y) => [...context.getImageData(x, y, 28, 16).data].filter((_, at) => at % 4 === 1)
  return [part(2, 1), part(34, 1), part(18, 19)]
})()`

/** Waits until each of three people in the composed picture that a page plays has moved: more than a codec's noise. */
export async function threeMove(page: Page): Promise<void> {
  const before = await page.evaluate<number[][]>(lookAtThree)
  const moved = (part: number[], which: number) =>
    part.filter((green, at) => Math.abs(green - (before[which]?.[at] ?? green)) > 50).length >= 5
  const look = async () => (await page.evaluate<number[][]>(lookAtThree)).map(moved)
  await expectSoon(look, [true, true, true])
}

/** Waits until a page shows so many people on stage, each with a picture. */
export async function seesPeople(page: Page, count: number): Promise<void> {
  const tiles = page.locator(".stage-tile")
  await expectSoon(
    async () => [await tiles.count(), await page.locator(".stage-tile[data-seen=true]").count()],
    [count, count],
  )
}

/** How many pictures each of the page's live connections has decoded. */
const decoded = (page: Page) =>
  page.evaluate<number[]>(`Promise.all(
    window.connections
      .filter(({ connectionState }) => connectionState === "connected")
      .map(async (connection) => {
        const stats = [...(await connection.getStats()).values()]
        return stats.find(({ type, kind }) => type === "inbound-rtp" && kind === "video")?.framesDecoded ?? 0
      }),
  )`)

/** Waits until so many connections of a page have each decoded at least ten pictures more. */
export async function receives(page: Page, connections: number): Promise<void> {
  const before = await decoded(page)
  await expectSoon(async () => {
    const now = await decoded(page)
    return now.length === connections && now.every((frames, at) => frames >= (before[at] ?? 0) + 10)
  }, true)
}

/** Looks until it is so. */
async function expectSoon(look: () => Promise<unknown>, wanted: unknown): Promise<void> {
  const until = Date.now() + 60_000
  let seen = await look()
  while (!Bun.deepEquals(seen, wanted) && Date.now() < until) {
    await Bun.sleep(200)
    seen = await look()
  }
  expect(seen).toEqual(wanted)
}
