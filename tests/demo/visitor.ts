import type { Page } from "playwright-core"

/** Registers in the page by a name. */
export async function registersInPage(page: Page, account: string, nickName: string): Promise<void> {
  await page.getByRole("button", { name: "Sign in" }).first().click()
  const door = page.getByRole("dialog")
  await door.getByRole("button", { name: "Create an account" }).click()
  await door.getByLabel("Account name or phone number").fill(account)
  await door.getByLabel("Password").fill(`${account}-password`)
  await door.getByLabel("Nickname").fill(nickName)
  await door.getByRole("button", { name: "Create an account" }).click()
  await page.getByRole("button", { name: `Signed in as ${nickName}` }).waitFor()
}

/** Signs in in the page. */
export async function signsInInPage(page: Page, account: string, password: string): Promise<void> {
  await page.getByRole("button", { name: "Sign in" }).first().click()
  const door = page.getByRole("dialog")
  await door.getByLabel("Account name or phone number").fill(account)
  await door.getByLabel("Password").fill(password)
  await door.getByRole("button", { name: "Sign in" }).click()
  await page.getByRole("button", { name: "Signed in as" }).waitFor()
}

/** Opens a room in the page and stays in it. @returns its id */
export async function goesLiveInPage(page: Page, roomName: string): Promise<number> {
  await page.getByRole("banner").getByRole("link", { name: "Go live" }).click()
  await page.getByLabel("Room name").fill(roomName)
  await page.getByRole("button", { name: "Open the room" }).click()
  await page.getByRole("heading", { name: roomName }).waitFor()
  return Number(/#\/room\/(\d+)$/.exec(page.url())?.[1])
}

/** Has the video come by another way, and waits until what came by the former one is gone. */
export async function choosesWay(page: Page, way: string): Promise<void> {
  const former = "data-former"
  await page.locator("video").evaluate((video, mark) => {
    video.setAttribute(mark, "")
    video.addEventListener("emptied", () => video.removeAttribute(mark), { once: true })
  }, former)
  await page.getByRole("combobox", { name: "How the video comes" }).selectOption(way)
  await page.locator(`video:not([${former}])`).waitFor()
}

/** Says something in the room that the page shows. */
export async function says(page: Page, words: string): Promise<void> {
  await page.getByRole("textbox", { name: "Say something…" }).fill(words)
  await page.getByRole("button", { name: "Send", exact: true }).click()
}

/** Waits for words in the room's chat. */
export const hears = (page: Page, words: string) => page.getByRole("log").getByText(words).waitFor()
