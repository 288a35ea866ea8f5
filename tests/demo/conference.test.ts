import { expect } from "bun:test"
import type { WebSocketRoute } from "playwright-core"
import { freshHome } from "../support/app.ts"
import { startProgram } from "../support/process.ts"
import { browserTest, camera, plays, visits } from "./browser.ts"
import {
  answersInPage,
  arrives,
  asksByNumber,
  opensConferenceInPage,
  receives,
  seesPeople,
  threeMove,
  told,
} from "./stage.ts"
import { hears, says } from "./visitor.ts"

/** Lets browsers tell each other the addresses they have: nobody resolves the names that hide them here. */
const openAddresses = "--disable-features=WebRtcHideLocalIpsWithMdns"

browserTest(
  "three with cameras meet on one stage, a fourth says no, one loses the line and comes back, one leaves",
  async (browser) => {
    const home = await freshHome()
    await using _home = { [Symbol.asyncDispose]: () => home.remove() }
    await using program = await startProgram(home.env)
    const demo = `${program.url}/demo/`
    const ana = await arrives(browser, demo, "Ana")
    const bo = await arrives(browser, demo, "Bo", { isPhone: true })
    const cai = await arrives(browser, demo, "Cai")
    const lines: WebSocketRoute[] = []
    const missed = Promise.withResolvers<void>()
    await bo.page.routeWebSocket(/\/channel\/[1-9]/, async (route) => {
      lines.push(route)
      // The second one is held back until the first is missed.
      if (lines.length === 2) await missed.promise
      route.connectToServer()
    })

    const roomId = await opensConferenceInPage(ana.page, "Round table")
    // Bo is asked where he is, in the list of rooms.
    await asksByNumber(ana.page, bo.uid)
    await Promise.all([told([ana.page], "Bo is coming on stage."), answersInPage(bo.page, "Join")])
    for (const { page } of [ana, bo]) await seesPeople(page, 2)

    // Cai watches, and is asked in the room.
    await cai.page.getByRole("link", { name: /Round table/ }).click()
    await hears(ana.page, "is here")
    await ana.page.getByRole("button", { name: "Invite", exact: true }).click()
    await ana.page.getByRole("button", { name: "Invite Cai" }).click()
    await answersInPage(cai.page, "Join")
    await ana.page.keyboard.press("Escape")
    for (const { page } of [ana, bo, cai]) await seesPeople(page, 3)
    for (const { page } of [ana, bo, cai]) await receives(page, 2)
    expect(cai.page.url()).toEndWith(`#/room/${roomId}`)

    // Eve, who has no account, sees all of them in one picture.
    const eve = await visits(browser, `${demo}#/room/${roomId}`)
    await ana.page.getByText("On the air").waitFor()
    await plays(eve.page.locator("video"), 1)
    await threeMove(eve.page)
    await eve.page.close()

    // Cai's page is loaded anew: she is still on stage.
    await cai.page.reload()
    await seesPeople(cai.page, 3)
    for (const { page } of [ana, bo, cai]) await receives(page, 2)

    const dee = await arrives(browser, demo, "Dee")
    await asksByNumber(ana.page, dee.uid)
    const refusal = told([ana.page], "Dee does not want to come on stage.")
    await Promise.all([refusal, answersInPage(dee.page, "No, thanks")])

    await lines[0]?.close({ code: 1012 })
    await bo.page.getByText("Connection lost").waitFor()
    missed.resolve()
    await says(bo.page, "Here again")
    await hears(ana.page, "Here again")
    for (const { page } of [ana, bo, cai]) await receives(page, 2)

    await bo.page.getByRole("button", { name: "Mute the microphone" }).click()
    for (const { page } of [ana, cai]) await page.getByText("microphone off").waitFor()

    const farewell = told([ana.page, bo.page], "Cai has left the stage.")
    await Promise.all([farewell, cai.page.getByRole("button", { name: "Leave the stage" }).click()])
    for (const { page } of [ana, bo]) {
      await seesPeople(page, 2)
      await receives(page, 1)
    }
    await cai.page.locator(".player").waitFor()

    await ana.page.getByRole("button", { name: "End the broadcast" }).click()
    await ana.page.getByRole("dialog").getByRole("button", { name: "End the broadcast" }).click()
    for (const { page } of [ana, bo, cai]) await page.getByRole("heading", { name: "The broadcast is over" }).waitFor()
    // Cai's player may be taken away while it begins, which its library complains of.
    expect([ana, bo, dee].flatMap(({ complaints }) => complaints)).toEqual([])
  },
  [...camera, openAddresses],
  300_000,
)

browserTest("where others carry conferences the page says that they need the app, and offers none", async (browser) => {
  const home = await freshHome()
  await using _home = { [Symbol.asyncDispose]: () => home.remove() }
  await using program = await startProgram({
    ...home.env,
    RTC_PROVIDER: "qiniu",
    QINIU_ACCESS_KEY: "ak",
    QINIU_SECRET_KEY: "sk",
  })
  const { page, complaints } = await visits(browser, `${program.url}/demo/#/conference`, { language: "zh-CN" })
  await page.getByText("本服务器的连麦由 qiniu 承载").waitFor()
  expect(await page.getByRole("button", { name: "开始" }).count()).toBe(0)
  expect(complaints).toEqual([])
})
