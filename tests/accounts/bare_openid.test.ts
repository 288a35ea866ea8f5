import { describe, expect, test } from "bun:test"
import { atApp, pictureOf } from "../files/stage.ts"
import { freshHome, startApp } from "../support/app.ts"
import { pictures, startPictureHost } from "../support/fakes/picture_host.ts"
import { Phone } from "../support/phone.ts"
import { startProgram } from "../support/process.ts"
import { census, keep, setStage, signsIn } from "./vendors.ts"

const said = { openid: "1682", nick_name: "nick_names", city: "chongqing", sex: 1, device: "iPhone 6s" }

describe.each(["facebook", "twitter"])("an openid of %s by itself", (vendor) => {
  const path = `/third_login/${vendor}_login`

  test("proves nothing", async () => {
    await using stage = await setStage()
    const phone = new Phone(stage.app, "Mallory")
    for (const method of ["GET", "POST"]) {
      const { ErrMsg } = await phone.fails(29, method, path, said)
      expect(ErrMsg).toContain("access_token")
    }
    expect(await census(stage.app)).toEqual({ people: 0, ids: 0 })
  })

  test("is believed where the operator wants that, and is who the token would have said", async () => {
    await using stage = await setStage({ TRUST_BARE_OPENID: "1" })
    const { user, uid } = await signsIn(stage.app, "Ana", path, said)
    expect(user).toMatchObject({ NickName: "nick_names", Sex: 1, Location: "chongqing", Image: "" })
    const proven = vendor === "facebook" ? stage.facebook.grants({ id: "1682" }) : stage.twitter.grants({ id: "1682" })
    expect((await signsIn(stage.app, "Ana", path, proven)).uid).toBe(uid)
    const phone = new Phone(stage.app, "Mallory")
    await phone.fails(29, "POST", path, { ...said, access_token: "forged", access_token_secret: "forged" })
  })

  test("needs no vendor where it is believed, and a token does", async () => {
    await using app = await startApp({ TRUST_BARE_OPENID: "1" })
    const phone = new Phone(app, "Ana")
    const first = keep(phone, await phone.ok("GET", path, said))
    const again = keep(phone, await phone.ok("POST", path, { openid: "1682" }))
    expect(again.Uid).toBe(first.Uid)
    await phone.fails(1, "POST", path, { ...said, access_token: "some" })
  })
})

test("a picture that somebody names is fetched from where strangers may, and kept", async () => {
  await using stage = await setStage({ TRUST_BARE_OPENID: "1" })
  const { app, pictures: host } = stage
  const come = (openid: string, head_img: string) =>
    signsIn(app, openid, "/third_login/facebook_login", { openid, head_img })
  const ana = await come("1", host.at("png"))
  expect(await pictureOf(ana)).toBe(ana.user.Image)
  const shown = await fetch(atApp(app, ana.user.Image))
  expect(Buffer.from(await shown.bytes())).toEqual(pictures.png)

  const secret = await startPictureHost()
  const unfit = {
    "2": `http://127.0.0.1:${secret.port}/png`,
    "3": "http://169.254.169.254/latest/meta-data/",
    "4": host.at("page"),
    "5": host.at("missing"),
    "6": "no address",
  }
  for (const [openid, address] of Object.entries(unfit)) expect((await come(openid, address)).user.Image).toBe("")
  expect(secret.fetched).toEqual([])
  await secret[Symbol.asyncDispose]()
  const told = app.logged.filter((line) => line.includes("picture not taken over"))
  expect(told).toHaveLength(5)
  expect(told.join("")).toContain("identity.no_picture")

  // It is taken once: who comes again has the picture that they have.
  host.files.delete("/png")
  expect((await come("1", host.at("png"))).user.Image).toBe(ana.user.Image)
})

test("of three sign-ins at once as one person, one fetches the picture", async () => {
  await using stage = await setStage({ TRUST_BARE_OPENID: "1" })
  const values = { openid: "1", head_img: stage.pictures.at("png") }
  const come = () => signsIn(stage.app, "Ana", "/third_login/twitter_login", values)
  const people = await Promise.all([come(), come(), come()])
  expect(new Set(people.map(({ uid }) => uid)).size).toBe(1)
  expect(stage.pictures.fetched).toHaveLength(1)
})

test("the start warns of it, loudly", async () => {
  const home = await freshHome()
  try {
    await using program = await startProgram({ ...home.env, TRUST_BARE_OPENID: "1" })
    expect(program.logged()).toMatch(/"level":"warn","message":"TRUST_BARE_OPENID is on/)
  } finally {
    await home.remove()
  }
})
