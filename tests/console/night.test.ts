import { expect } from "bun:test"
import { givenUp } from "../admin/stage.ts"
import { browserTest, visits } from "../demo/browser.ts"
import { startApp } from "../support/app.ts"
import { registers } from "../support/cast.ts"
import { anOperator, operatorToken } from "../withdrawals/desk.ts"
import { confirms, signsInAtConsole } from "./operator.ts"

/** What a screen reader would call a mere button or field. */
const namelessIn = (snapshot: string) =>
  snapshot.match(/- (button|link|textbox|combobox|radio|region|dialog|img)(?! ").*/g) ?? []

browserTest("at night: Mo sees the rooms, suspends Mal in one of them, and closes another", async (browser) => {
  await using app = await startApp({ ADMIN_TOKEN: operatorToken })
  const [ana, bea, mal] = [await registers(app, "Ana"), await registers(app, "Bea"), await registers(app, "Mal")]
  const roomId = await ana.opensRoom({ room_name: "Tea and songs" })
  const beas = await bea.enters(await bea.opensRoom({ room_name: "Herrings" }))
  await beas.settles()
  const mo = await anOperator(app, "Mo", "moderator")
  const { page } = await visits(browser, `${app.url}/console/`, { isPhone: true })
  await signsInAtConsole(page, mo)
  const tile = (name: string) => page.getByRole("article", { name })
  await tile("Herrings").waitFor()
  await tile("Tea and songs").getByTitle("0 watching").waitFor()

  const mals = await mal.enters(roomId)
  await mals.settles()
  await tile("Tea and songs").getByTitle("1 watching").waitFor()
  expect(namelessIn(await page.locator("body").ariaSnapshot())).toEqual([])
  await page.getByRole("button", { name: "Watch: Tea and songs" }).click()
  await page.getByRole("dialog", { name: "Tea and songs" }).getByRole("region", { name: "Video" }).waitFor()
  await page.keyboard.press("Escape")

  await page.getByRole("link", { name: "People" }).click()
  await page.getByLabel("Search by").selectOption("Phone or account")
  await page.getByLabel("What is looked for").fill(mal.tel)
  await page.getByRole("button", { name: "Search" }).click()
  await page.getByRole("link", { name: new RegExp(`uid ${mal.uid} `) }).click()
  await page.getByRole("button", { name: "Suspend", exact: true }).click()
  await page.getByLabel("For how long").selectOption("7 days")
  await page.getByLabel("Reason").fill("sells herrings")
  await confirms(page.getByRole("dialog"), "Suspend")
  await mals.hears({ mtype: 7 })
  expect(await mals.closed).toBeGreaterThanOrEqual(4000)
  await page.getByText("sells herrings").waitFor()
  await mal.fails(59, "POST", "/room/create_room", { room_name: "again" })
  await page.getByRole("button", { name: "Lift the suspension" }).click()
  await confirms(page.getByRole("dialog"), "Lift the suspension")
  await page.getByText(`lifted by user ${mo.uid}`).waitFor()
  await mal.ok("GET", "/user/refresh_info")

  await page.getByRole("link", { name: "Rooms" }).click()
  await tile("Herrings").getByRole("button", { name: "Close the room" }).click()
  await confirms(page.getByRole("dialog"), "Close the room")
  await beas.hears({ mtype: 7 })
  await tile("Herrings").waitFor({ state: "detached" })
  await tile("Tea and songs").waitFor()
})

browserTest("Ada changes a gift, sets a promise going again, reads of it in the log, and goes", async (browser) => {
  await using app = await startApp({ ADMIN_TOKEN: operatorToken })
  await givenUp(app)
  const ada = await anOperator(app, "Ada", "admin")
  const { page } = await visits(browser, `${app.url}/console/#/catalog/gifts`)
  await signsInAtConsole(page, ada)
  await page.getByRole("article", { name: "玫瑰" }).getByRole("button", { name: "Change" }).click()
  const form = page.getByRole("dialog")
  await form.getByLabel("Name").fill("a rose of winter")
  await form.getByLabel("Price in diamonds").fill("0")
  await form.getByLabel("Price in diamonds").and(form.locator(":invalid")).waitFor()
  await form.getByLabel("Price in diamonds").fill("7")
  await confirms(page.getByRole("dialog"), "Change")
  await page.getByRole("article", { name: "a rose of winter" }).getByText("7 diamonds").waitFor()
  const { gift } = await ada.ok("GET", "/gift_config")
  expect(gift).toContainEqual(expect.objectContaining({ Name: "a rose of winter", Price: 7 }))

  await page.getByRole("link", { name: "Money" }).click()
  await page.getByRole("article", { name: "room.closed" }).getByRole("button", { name: "Try again" }).click()
  await page.getByText("None: everything promised was carried out.").waitFor()

  await page.getByRole("link", { name: "Log" }).click()
  for (const act of ["outbox.retry", "gift.change", "console.sign_in"]) await page.getByText(act).first().waitFor()
  expect(namelessIn(await page.locator("body").ariaSnapshot())).toEqual([])

  await page.getByRole("button", { name: "Signed in as" }).click()
  await page.getByRole("button", { name: "Sign out" }).click()
  await page.getByLabel("Password").waitFor()
  await page.reload()
  await page.getByLabel("Password").waitFor()
})
