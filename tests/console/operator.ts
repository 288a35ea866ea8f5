import type { Locator, Page } from "playwright-core"
import type { TestApp } from "../support/app.ts"
import { passwordOf } from "../support/cast.ts"
import type { Phone } from "../support/phone.ts"

/** What a browser keeps of a session at the console, and what its page has to bring. */
export interface AtConsole {
  cookie: string
  pageToken: string
}

/** Signs in as the page does, without a browser. */
export async function entersConsole(app: TestApp, values: Record<string, string>): Promise<AtConsole> {
  const signedIn = await fetch(`${app.url}/console/sign_in`, { method: "POST", body: new URLSearchParams(values) })
  const cookie = (signedIn.headers.get("set-cookie") ?? "").split(";")[0] ?? ""
  const asked = await fetch(`${app.url}/console/session`, { headers: { Cookie: cookie } })
  const { page_token } = (await asked.json()) as { page_token: string }
  return { cookie, pageToken: page_token }
}

/** Signs an operator in by their own password. */
export const comesAs = (app: TestApp, { tel, name }: Phone) =>
  entersConsole(app, { account: tel, pwd: passwordOf(name) })

/** What a call answers to who sends these headers. */
export async function codeWith(app: TestApp, method: string, path: string, headers: Record<string, string>) {
  const answer: unknown = await (await fetch(`${app.url}${path}`, { method, headers })).json()
  return Array.isArray(answer) ? 0 : (answer as { ErrCode: number }).ErrCode
}

/** Signs in in the page. */
export async function signsInAtConsole(page: Page, { tel, name }: Phone): Promise<void> {
  await page.getByLabel("Account name or phone number").fill(tel)
  await page.getByLabel("Password").fill(passwordOf(name))
  await page.getByRole("button", { name: "Sign in", exact: true }).click()
  await page.getByRole("button", { name: "Signed in as" }).waitFor()
}

/** Presses the button of the window that asks, and waits until it has closed. */
export async function confirms(window: Locator, button: string): Promise<void> {
  await window.getByRole("button", { name: button, exact: true }).click()
  await window.waitFor({ state: "detached" })
}
