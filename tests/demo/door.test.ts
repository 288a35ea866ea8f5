import { expect } from "bun:test"
import { startApp } from "../support/app.ts"
import { nextTel } from "../support/cast.ts"
import { Phone } from "../support/phone.ts"
import { browserTest, comesTo, visits } from "./browser.ts"
import { goesLiveInPage, registersInPage } from "./visitor.ts"

browserTest(
  "where names may not register, Bo does by phone and code, in Chinese, and never shows his number",
  async (browser) => {
    await using app = await startApp()
    const { page, complaints } = await visits(browser, `${app.url}/demo/`, { language: "zh-CN", isPhone: true })
    const tel = nextTel()
    await page.getByRole("button", { name: "登录" }).click()
    const door = page.getByRole("dialog")
    await door.getByRole("button", { name: "注册账号" }).click()
    await door.getByLabel("手机号").fill(tel)
    await door.getByRole("button", { name: "获取验证码" }).click()
    await door.getByRole("button", { name: /秒后重发/ }).waitFor()
    await door.getByLabel("密码").fill("secret-of-bo")
    await door.getByLabel("验证码").fill("000000")
    await door.getByRole("button", { name: "注册账号" }).click()
    await door.getByText("验证码错误或已过期。").waitFor()
    await door.getByLabel("验证码").fill(app.sms.sent.at(-1)?.code ?? "")
    await door.getByRole("button", { name: "注册账号" }).click()
    await page.getByRole("button", { name: /当前用户：大米\d+$/ }).waitFor()
    expect(await page.locator("html").getAttribute("lang")).toBe("zh-CN")
    expect(complaints).toEqual([])
  },
)

browserTest("Ana stays signed in over a reload, until she signs in elsewhere: then she is told", async (browser) => {
  await using app = await startApp({ OPEN_REGISTRATION: "1" })
  const { page, complaints } = await visits(browser, `${app.url}/demo/`)
  await registersInPage(page, "ana_page", "Ana")
  await goesLiveInPage(page, "Tea and songs")
  await page.reload()
  await page.getByRole("button", { name: "Signed in as Ana" }).waitFor()
  await page.getByRole("textbox", { name: "Say something…" }).and(page.locator(":enabled")).waitFor()
  expect(await page.context().cookies()).toEqual([])

  await new Phone(app, "Ana").ok("POST", "/action/login", { account: "ana_page", pwd: "ana_page-password" })
  await page.getByText("Your account has signed in on another device.").first().waitFor()
  await page.getByRole("button", { name: "Sign in", exact: true }).waitFor()
  await comesTo(page, "localStorage.getItem('mili.account')", null)
  expect(complaints).toEqual([])
})

browserTest("everything can be reached by the keyboard, and a window gives the focus back", async (browser) => {
  await using app = await startApp({ OPEN_REGISTRATION: "1" })
  const { page } = await visits(browser, `${app.url}/demo/`)
  await page.getByRole("heading", { name: "Nobody is live yet" }).waitFor()
  const focused = "document.activeElement.textContent || document.activeElement.tagName"
  await page.keyboard.press("Tab")
  await comesTo(page, focused, "Skip to the content")
  await page.keyboard.press("Enter")
  await comesTo(page, "document.activeElement.id", "main")
  await page.keyboard.press("Tab")
  await comesTo(page, focused, "Go live")

  const opener = page.getByRole("button", { name: "Sign in" })
  await opener.focus()
  await page.keyboard.press("Enter")
  const door = page.getByRole("dialog", { name: "Sign in" })
  await door.waitFor()
  await comesTo(page, "document.activeElement.name", "account")
  for (let presses = 0; presses < 12; presses += 1) {
    await page.keyboard.press("Tab")
    await comesTo(page, "document.activeElement === document.body || !!document.activeElement.closest('dialog')", true)
  }
  await page.keyboard.press("Escape")
  await door.waitFor({ state: "detached" })
  await comesTo(page, focused, "Sign in")
})
