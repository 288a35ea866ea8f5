import { expect } from "bun:test"
import type { WebSocketRoute } from "playwright-core"
import { startApp } from "../support/app.ts"
import { registers } from "../support/cast.ts"
import { browserTest, visits } from "./browser.ts"
import { hears, registersInPage, says } from "./visitor.ts"

browserTest(
  "a connection that breaks comes back by itself, with what was said meanwhile and nothing twice",
  async (browser) => {
    await using app = await startApp({ OPEN_REGISTRATION: "1" })
    const ana = await registers(app, "Ana")
    const roomId = await ana.opensRoom()
    const atAna = await ana.enters(roomId)

    const bo = await visits(browser, `${app.url}/demo/`)
    const sockets: WebSocketRoute[] = []
    const returning = Promise.withResolvers<void>()
    const spoken = Promise.withResolvers<void>()
    await bo.page.routeWebSocket(/\/channel\/[1-9]/, async (route) => {
      sockets.push(route)
      // The second one is held back until Ana has spoken.
      if (sockets.length === 2) {
        returning.resolve()
        await spoken.promise
      }
      route.connectToServer()
    })
    await registersInPage(bo.page, "bo_page", "Bo")
    await bo.page.goto(`${app.url}/demo/#/room/${roomId}`)
    await says(bo.page, "first")
    await atAna.hears({ mtype: 1, msg: "first" })
    atAna.says("second")
    await hears(bo.page, "second")

    await sockets[0]?.close({ code: 1012 })
    await returning.promise
    await bo.page.getByText("Connection lost").waitFor()
    atAna.says("third")
    await atAna.hears({ mtype: 1, msg: "third" })
    spoken.resolve()
    await hears(bo.page, "third")
    await says(bo.page, "fourth")
    await hears(bo.page, "fourth")

    const said = await bo.page.locator(".line .words").allTextContents()
    expect(said).toEqual(["first", "second", "third", "fourth"])
    expect(await bo.page.getByText("Some messages were missed").count()).toBe(0)
    expect(new URL(sockets[1]?.url() ?? "").searchParams.get("since")).toMatch(/^\d+$/)
  },
)

browserTest("another window of Bo's takes his seat, and the first one does not fight for it", async (browser) => {
  await using app = await startApp({ OPEN_REGISTRATION: "1" })
  const ana = await registers(app, "Ana")
  const roomId = await ana.opensRoom()
  const { page } = await visits(browser, `${app.url}/demo/`)
  await registersInPage(page, "bo_page", "Bo")
  await page.goto(`${app.url}/demo/#/room/${roomId}`)
  await says(page, "in the first window")
  await hears(page, "in the first window")

  const second = await page.context().newPage()
  await second.goto(`${app.url}/demo/#/room/${roomId}`)
  await says(second, "in the second window")
  await hears(second, "in the second window")
  await page.getByRole("button", { name: "Go on here" }).waitFor()
  await page.getByRole("button", { name: "Go on here" }).click()
  await says(page, "back in the first")
  await hears(page, "back in the first")
  await second.getByRole("button", { name: "Go on here" }).waitFor()
})
