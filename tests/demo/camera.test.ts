import { expect } from "bun:test"
import type { Browser, Page } from "playwright-core"
import { comesTrue } from "../hostile/support/comes_true.ts"
import { Encoder } from "../streams/stage.ts"
import { freshHome, startApp } from "../support/app.ts"
import { passwordOf, registers } from "../support/cast.ts"
import { startProgram } from "../support/process.ts"
import { browserTest, camera, type Device, plays, sounds, type Visitor, visits } from "./browser.ts"
import { goesLiveInPage, registersInPage } from "./visitor.ts"

/** Small pictures, for a machine that has little to spare. */
const small = `
  const { mediaDevices } = navigator
  const open = mediaDevices.getUserMedia.bind(mediaDevices)
  mediaDevices.getUserMedia = ({ video, audio }) => open({ video: { ...video, width: 320, height: 240 }, audio })
`

/** Somebody whose browser is a little different. */
async function visitsWith(script: string, browser: Browser, url: string, device: Device = {}): Promise<Visitor> {
  const visitor = await visits(browser, url, device)
  await visitor.page.addInitScript(script)
  await visitor.page.reload()
  return visitor
}

async function broadcasts(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Go live from this browser" }).click()
  await page.getByText("Nobody but you sees this yet.").waitFor()
  await page.getByRole("button", { name: "Start broadcasting" }).click()
  await page.getByText("You are live.").waitFor()
}

browserTest(
  "Ana goes live with her camera from the page, and Bo sees and hears her, until she stops",
  async (browser) => {
    const home = await freshHome()
    await using program = await startProgram(home.env)
    const ana = await visitsWith(small, browser, `${program.url}/demo/`)
    await registersInPage(ana.page, "ana_page", "Ana")
    const roomId = await goesLiveInPage(ana.page, "Tea and songs")
    const bo = await visits(browser, `${program.url}/demo/#/room/${roomId}`, { isPhone: true })
    await bo.page.getByText("Waiting for the host’s video…").waitFor()

    await broadcasts(ana.page)
    const video = bo.page.locator(".player video")
    await plays(video, 2)
    await sounds(video)

    await ana.page.getByRole("button", { name: "Stop sending" }).click()
    await ana.page.getByText("nothing to install").waitFor()
    await comesTrue(() => program.logged().includes("stream ended"))
    expect(program.logged()).not.toContain('"level":"error"')
    expect([...ana.complaints, ...bo.complaints]).toEqual([])
    await home.remove()
  },
  camera,
)

browserTest(
  "the page tells Ana that OBS has taken over, and she takes her broadcast back with the keyboard",
  async (browser) => {
    await using app = await startApp({ OPEN_REGISTRATION: "1" })
    const { page, complaints } = await visitsWith(small, browser, `${app.url}/demo/`, { isPhone: true })
    await registersInPage(page, "ana_page", "Ana")
    await goesLiveInPage(page, "Tea and songs")
    await broadcasts(page)
    const server = await page.getByLabel("Server", { exact: true }).inputValue()
    const { encoder, answer } = await Encoder.at(
      `${server}/${await page.getByLabel("Stream key", { exact: true }).inputValue()}`,
    )
    expect(answer).toBe("NetStream.Publish.Start")
    await page.getByRole("alert").getByText("Another program has taken over your broadcast.").waitFor()

    await page.getByRole("button", { name: "Go live from this browser" }).focus()
    await page.keyboard.press("Enter")
    await page.getByText("Nobody but you sees this yet.").waitFor()
    await page.keyboard.press("Enter")
    await page.getByText("You are live.").waitFor()
    await encoder.isCut()
    await plays(page.locator(".player video"), 1)
    await page.getByRole("button", { name: "Mute the microphone" }).click()
    await page.getByRole("button", { name: "Mute the microphone", pressed: true }).waitFor()
    expect(complaints).toEqual([])
  },
  camera,
)

browserTest(
  "a browser that cannot, or may not, says so in Chinese and names OBS",
  async (browser) => {
    await using app = await startApp()
    const ana = await registers(app, "Ana")
    const roomId = await ana.opensRoom()
    const signsIn = async (script: string) => {
      const { page } = await visitsWith(script, browser, `${app.url}/demo/`, { language: "zh-CN", isPhone: true })
      await page.getByRole("button", { name: "登录", exact: true }).first().click()
      const door = page.getByRole("dialog")
      await door.getByLabel("账号名或手机号").fill(ana.tel)
      await door.getByLabel("密码").fill(passwordOf("Ana"))
      await door.getByRole("button", { name: "登录" }).click()
      await page.getByRole("button", { name: "当前用户" }).waitFor()
      await page.goto(`${app.url}/demo/#/room/${roomId}`)
      return page
    }
    const old = await signsIn("delete globalThis.VideoEncoder")
    await old.getByText("当前浏览器无法编码直播视频，请使用 OBS Studio：").waitFor()
    expect(await old.getByRole("button", { name: "用浏览器开播" }).count()).toBe(0)
    const shy = await signsIn(
      "navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', 'NotAllowedError'))",
    )
    await shy.getByRole("button", { name: "用浏览器开播" }).click()
    await shy.getByRole("alert").getByText("未获得摄像头和麦克风的权限").waitFor()
  },
  camera,
)
