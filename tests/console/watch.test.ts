import { browserTest, plays, visits } from "../demo/browser.ts"
import { startApp } from "../support/app.ts"
import { registers } from "../support/cast.ts"
import { push } from "../support/fakes/ffmpeg.ts"
import { anOperator, operatorToken } from "../withdrawals/desk.ts"
import { confirms, signsInAtConsole } from "./operator.ts"

browserTest("Mo watches what Ana sends, and closes her room from there", async (browser) => {
  await using app = await startApp({ ADMIN_TOKEN: operatorToken })
  const ana = await registers(app, "Ana")
  const rid = await ana.opensRoom({ room_name: "Tea and songs" })
  const { push_url } = await ana.ok("GET", "/room/pull_addr", { rid })
  await using stream = push(String(push_url).replace("localhost", "127.0.0.1"))
  const { page } = await visits(browser, `${app.url}/console/`)
  await signsInAtConsole(page, await anOperator(app, "Mo", "moderator"))
  await page.getByRole("button", { name: "Watch: Tea and songs" }).click()
  const screen = page.getByRole("dialog", { name: "Tea and songs" })
  await plays(screen.locator("video"), 1)
  await screen.getByRole("button", { name: "Close the room" }).click()
  await confirms(page.getByRole("dialog", { name: /^Close .*\?$/ }), "Close the room")
  await page.getByText("Nobody is on the air.").waitFor()
  await stream.ended
})
