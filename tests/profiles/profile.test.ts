import { expect, test } from "bun:test"
import { startApp } from "../support/app.ts"
import { registers } from "../support/cast.ts"

test("Ana says who she is, and Bo reads it", async () => {
  await using app = await startApp()
  const ana = await registers(app, "Ana")
  const bo = await registers(app, "Bo")
  await ana.ok("POST", "/user/modify_char", { nickname: "Ana ✨", sex: 2 })
  await ana.ok("POST", "/user/modify_info_location", { location: "Shanghai" })
  await ana.ok("POST", "/user/modify_info_sign", { sign: "songs at nine" })
  await ana.ok("POST", "/user/set_push", { push: "true" })
  const shown = { NickName: "Ana ✨", Sex: 2, Location: "Shanghai", Signature: "songs at nine" }
  expect(await bo.ok("GET", "/look_info", { uid: ana.uid })).toMatchObject({ user: shown })
  expect(await bo.ok("GET", "/look_info_all", { oid: ana.uid })).toMatchObject({
    user: { Uid: ana.uid, ...shown, Gag: 0 },
  })
  expect(await ana.ok("GET", "/user/refresh_info")).toMatchObject({ user: { ...shown, Push: true } })
  await ana.ok("POST", "/user/set_push", { push: 0 })
  expect(await ana.ok("GET", "/user/refresh_info")).toMatchObject({ user: { Push: false } })
  await bo.fails(8, "GET", "/look_info", { uid: 999_999 })
})

test("a nickname is one person's, and the given ones are nobody's to take", async () => {
  await using app = await startApp()
  const ana = await registers(app, "Ana")
  const bo = await registers(app, "Bo")
  await ana.ok("POST", "/user/modify_info_nick", { nick_name: "Songbird" })
  await bo.fails(54, "POST", "/user/modify_info_nick", { nick_name: " Songbird " })
  await bo.fails(54, "POST", "/user/modify_char", { nickname: "大米999999" })
  await bo.ok("POST", "/user/modify_info_nick", { nick_name: `大米${bo.uid}` })
  const both = [ana, bo].map((phone) => phone.call("POST", "/user/modify_info_nick", { nick_name: "Nightingale" }))
  expect((await Promise.all(both)).map(({ ErrCode }) => ErrCode).sort()).toEqual([0, 54])
})

test("forbidden words are found through blanks, signs, width and case; lengths count characters", async () => {
  await using app = await startApp()
  const ana = await registers(app, "Ana")
  for (const nick_name of ["六合彩", "六 合 彩", "六-合.彩"]) {
    const { ErrMsg } = await ana.fails(61, "POST", "/user/modify_info_nick", { nick_name })
    expect(ErrMsg).toContain('"nick_name"')
  }
  await ana.fails(61, "POST", "/user/modify_info_sign", { sign: "call me for 代开发票" })
  await ana.ok("POST", "/user/modify_info_nick", { nick_name: "🎤".repeat(20) })
  for (const nick_name of ["🎤".repeat(21), "", "  "])
    await ana.fails(10, "POST", "/user/modify_info_nick", { nick_name })
  for (const nick_name of ["\u200b", "a\u202eb", "a\nb"])
    await ana.fails(10, "POST", "/user/modify_info_nick", { nick_name })
  await ana.fails(10, "POST", "/user/modify_info_sex", { sex: 3 })
  await ana.fails(10, "POST", "/user/set_push", { push: "maybe" })
})
