import { expect, test } from "bun:test"
import { cleanText } from "../../src/accounts/nick_name.ts"
import { write } from "../../src/db/write.ts"
import { words } from "../../src/words/tables.ts"
import type { TestApp } from "../support/app.ts"
import { registers } from "../support/cast.ts"
import { Phone } from "../support/phone.ts"
import { census, comesByWeixin, keep, type Stage, setStage } from "./vendors.ts"

let people = 0
const called = async (stage: Stage, nickname: string) =>
  (await comesByWeixin(stage, { openid: `o${++people}`, nickname })).user

async function forbid({ running }: TestApp, word: string): Promise<void> {
  await write(running.app, (tx) => tx.insert(words).values({ word }).returning({ id: words.id }))
  await running.app.words.reload()
}

test("a vendor's name is cleaned of what nobody may see, and cut where a letter ends", () => {
  expect(cleanText("  Ana \n\t Weiss\u0000 ", 20)).toBe("Ana Weiss")
  expect(cleanText("\u202egnp.exe\u2066", 20)).toBe("gnp.exe")
  expect(cleanText("a\ud83d", 20)).toBe("a")
  for (const nothing of ["", "   ", "\u200b\u2060", "\u0007", "\ufffd"]) expect(cleanText(nothing, 20)).toBe("")
  expect(cleanText("安".repeat(30), 20)).toBe("安".repeat(20))
  const family = "👩‍👩‍👧‍👦"
  expect(cleanText(family.repeat(3), 20)).toBe(family.repeat(2))
  expect(cleanText("x".repeat(1_000_000), 20)).toBe("x".repeat(20))
})

test("who is called nothing that may be shown gets the name that everybody gets", async () => {
  await using stage = await setStage()
  await forbid(stage.app, "毒品")
  for (const nickname of ["", " \u200b ", "卖毒品的", "大米1", "大米99"]) {
    const user = await called(stage, nickname)
    expect(user.NickName).toBe(`大米${user.Uid}`)
  }
})

test("namesakes get a number behind their name, and the last of them their own", async () => {
  await using stage = await setStage()
  const ana = await registers(stage.app, "Ana")
  await ana.ok("POST", "/user/modify_info_nick", { nick_name: "小明" })
  const names: string[] = []
  for (let n = 0; n < 8; n++) names.push((await called(stage, "小明")).NickName)
  expect(names).toEqual([2, 3, 4, 5, 6, 7, 8, 9].map((n) => `小明${n}`))
  const tenth = await called(stage, "小明")
  expect(tenth.NickName).toBe(`小明_${tenth.Uid}`)
  await ana.ok("POST", "/user/modify_info_nick", { nick_name: "长".repeat(20) })
  expect((await called(stage, "长".repeat(25))).NickName).toBe(`${"长".repeat(19)}2`)
  // One letter of twenty code points leaves no place for a number.
  const letter = `e${"\u0301".repeat(19)}`
  expect((await called(stage, letter)).NickName).toBe(letter)
  const bo = new Phone(stage.app, "Bo")
  const tokens = stage.weixin.grants({ openid: "oLETTER", nickname: letter })
  await bo.fails(55, "POST", "/third_login/weixin_login", { ...tokens })
})

test("when every such name is taken, nobody is made", async () => {
  await using stage = await setStage()
  const phones: Phone[] = []
  for (let n = 0; n < 14; n++) phones.push(await registers(stage.app, "a namesake"))
  const next = Math.max(...phones.map(({ uid }) => uid)) + 1
  // Postgres may skip an id or two.
  const own = [0, 1, 2, 3, 4].map((more) => `小明_${next + more}`)
  const taken = ["小明", ...[2, 3, 4, 5, 6, 7, 8, 9].map((n) => `小明${n}`), ...own]
  for (const [n, nick_name] of taken.entries()) await phones[n]?.ok("POST", "/user/modify_info_nick", { nick_name })
  const before = await census(stage.app)
  const bo = new Phone(stage.app, "Bo")
  const tokens = stage.weixin.grants({ openid: "oBO", nickname: "小明" })
  await bo.fails(55, "POST", "/third_login/weixin_login", { ...tokens })
  expect(await census(stage.app)).toEqual(before)
  await phones[0]?.ok("POST", "/user/modify_info_nick", { nick_name: "somebody else" })
  expect(keep(bo, await bo.ok("POST", "/third_login/weixin_login", { ...tokens })).NickName).toBe("小明")
})

test("of twenty namesakes who come at once each gets a name of their own", async () => {
  await using stage = await setStage()
  const phones = Array.from({ length: 20 }, () => new Phone(stage.app, "小红"))
  const users = await Promise.all(
    phones.map(async (phone, n) => {
      const tokens = stage.weixin.grants({ openid: `oRED${n}`, nickname: "小红" })
      return keep(phone, await phone.ok("POST", "/third_login/weixin_login", { ...tokens }))
    }),
  )
  expect(new Set(users.map(({ NickName }) => NickName)).size).toBe(20)
  for (const { NickName } of users) expect(NickName).toStartWith("小红")
})
