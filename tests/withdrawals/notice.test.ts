import { expect, test } from "bun:test"
import { write } from "../../src/db/write.ts"
import { turn } from "../../src/switches/switch.ts"
import { startApp } from "../support/app.ts"
import { Phone } from "../support/phone.ts"

test("the notice tells the fee, the least and the shut days as they are configured, in either language", async () => {
  await using app = await startApp({ CASH_FEE_PERCENT: "7", CASH_RICE_MIN: "1200", CASH_SHUT_DAYS: "2-4" })
  const stranger = new Phone(app, "a stranger")
  expect(await stranger.ok("GET", "/cash_sys_say")).toEqual({
    ErrCode: 0,
    cash_explain: "根据相关法律你的提现金额要被收取 7%手续费, 实际到账可能会少于提现金额, 每次至少提现 1200 米粒",
    cash_notice: "每月 2-4 号为系统结算日, 提现功能将关闭",
    min_rice: 1200,
  })
  expect(await stranger.ok("GET", "/cash_sys_say", { lang: "chinese" })).toMatchObject({ min_rice: 1200 })
  expect(await stranger.ok("GET", "/cash_sys_say", { lang: "" })).toEqual(await stranger.ok("GET", "/cash_sys_say"))
  const english = await stranger.ok("GET", "/cash_sys_say", { lang: "english" })
  expect(english["cash_explain"]).toMatch(/fee of 7%.* 1200 rice/)
  expect(english["cash_notice"]).toMatch(/days 2 to 4 .* shut/)
  const { ErrMsg } = await stranger.fails(10, "GET", "/cash_sys_say", { lang: "latin" })
  expect(ErrMsg).toContain('"lang"')
})

test("without a fee or shut days it says so, and the switch is told before all else", async () => {
  await using app = await startApp({ CASH_FEE_PERCENT: "0" })
  const stranger = new Phone(app, "a stranger")
  const say = async () => {
    const [chinese, english] = [
      await stranger.ok("GET", "/cash_sys_say"),
      await stranger.ok("GET", "/cash_sys_say", { lang: "english" }),
    ]
    return [chinese["cash_explain"], chinese["cash_notice"], english["cash_explain"], english["cash_notice"]]
  }
  expect(await say()).toEqual([
    "提现不收取手续费, 每次至少提现 1000 米粒",
    "提现功能每天开放",
    "Withdrawals are free of charge. The least of a withdrawal is 1000 rice.",
    "Withdrawals are open every day.",
  ])
  expect(await stranger.ok("GET", "/switch/get_switch_cash_bank")).toEqual({ ErrCode: 0, cash_switch: true })

  await write(app.running.app, (tx) => turn(tx, "cash", false))
  expect(await say()).toMatchObject({ 1: "提现功能暂时关闭", 3: "Withdrawals are shut for the time being." })
  expect(await stranger.ok("GET", "/switch/get_switch_cash_bank")).toEqual({ ErrCode: 0, cash_switch: false })
})

test("a single shut day is told as one", async () => {
  await using app = await startApp({ CASH_SHUT_DAYS: "5" })
  const stranger = new Phone(app, "a stranger")
  const { cash_notice } = await stranger.ok("GET", "/cash_sys_say")
  expect(cash_notice).toBe("每月 5 号为系统结算日, 提现功能将关闭")
  const english = await stranger.ok("GET", "/cash_sys_say", { lang: "english" })
  expect(english["cash_notice"]).toContain("on day 5 of every month")
})
