import { expect } from "bun:test"
import { startApp } from "../support/app.ts"
import { passwordOf, registers } from "../support/cast.ts"
import { buysDiamonds } from "../support/money.ts"
import { browserTest, visits } from "./browser.ts"
import { goesLiveInPage, hears, registersInPage, says, signsInInPage } from "./visitor.ts"

/** What a screen reader would call a mere button or field. */
const namelessIn = (snapshot: string) =>
  snapshot.match(/- (button|link|textbox|combobox|radio|region|dialog)(?! ").*/g) ?? []

browserTest(
  "an evening in the page: Ana registers and goes live, Bo sees her tile, they talk, he gives a rose, she ends it",
  async (browser) => {
    await using app = await startApp({ OPEN_REGISTRATION: "1" })
    const demo = `${app.url}/demo/`
    const ana = await visits(browser, demo)
    await ana.page.getByRole("heading", { name: "Nobody is live yet" }).waitFor()
    await registersInPage(ana.page, "ana_page", "Ana")
    const roomId = await goesLiveInPage(ana.page, "Tea and songs")

    const account = await registers(app, "Bo")
    await buysDiamonds(account, 100)
    const bo = await visits(browser, demo, { isPhone: true })
    await signsInInPage(bo.page, account.tel, passwordOf("Bo"))
    await bo.page.getByRole("link", { name: /Tea and songs/ }).click()
    await hears(ana.page, "is here")

    await says(bo.page, "Good evening")
    await hears(ana.page, "Good evening")
    await says(ana.page, "<b>Welcome</b>")
    await hears(bo.page, "<b>Welcome</b>")

    await bo.page.getByRole("button", { name: "Send a star" }).click()
    await ana.page.getByText("1 star").waitFor()

    await bo.page.getByRole("button", { name: "Gifts" }).click()
    const gifts = bo.page.getByRole("dialog", { name: "Gifts" })
    await gifts.getByText("Your diamonds: 100").waitFor()
    await gifts.getByText("玫瑰").click()
    await gifts.getByRole("button", { name: "Send" }).click()
    await gifts.getByText("Your diamonds: 95").waitFor()
    await hears(ana.page, "sent 玫瑰 × 1")
    await ana.page.getByText("Rice earned in this room: 5").waitFor()
    await gifts.getByText("火箭").click()
    await gifts.getByRole("button", { name: "Send" }).click()
    await gifts.getByText("You do not have enough diamonds.").waitFor()
    const advice = gifts.getByLabel("No diamonds?")
    expect(await advice.inputValue()).toStartWith(`mili admin credit ${account.uid} diamond`)
    expect(namelessIn(await bo.page.locator("body").ariaSnapshot())).toEqual([])
    expect(namelessIn(await ana.page.locator("body").ariaSnapshot())).toEqual([])
    await bo.page.keyboard.press("Escape")

    await ana.page.getByRole("button", { name: /^Mute / }).click()
    await hears(bo.page, "The host has muted you.")
    await bo.page.getByRole("textbox", { name: "Say something…" }).and(bo.page.locator(":disabled")).waitFor()
    await ana.page.getByRole("button", { name: /^Mute / }).click()
    await hears(bo.page, "You may speak again.")

    await ana.page.getByRole("button", { name: "End the broadcast" }).click()
    await ana.page.getByRole("dialog").getByRole("button", { name: "End the broadcast" }).click()
    for (const { page } of [ana, bo]) {
      await page.getByRole("heading", { name: "The broadcast is over" }).waitFor()
      await page.locator(".totals", { hasText: /Viewers1Rice5$/ }).waitFor()
    }
    await bo.page.getByRole("link", { name: "All rooms" }).first().click()
    await bo.page.getByRole("heading", { name: "Nobody is live yet" }).waitFor()

    await bo.page.goto(`${demo}#/room/${roomId}`)
    await bo.page.getByText("It was not kept").waitFor()
    await bo.page.goto(`${demo}#/room/999`)
    await bo.page.getByText("There is no such room.").waitFor()
    expect([...ana.complaints, ...bo.complaints]).toEqual([])
  },
)
