import { expect, test } from "bun:test"
import { desc } from "drizzle-orm"
import { reports } from "../../src/social/tables.ts"
import { isBanned } from "../playback/stage.ts"
import { startApp, type TestApp } from "../support/app.ts"
import { Phone } from "../support/phone.ts"
import { registerAll } from "./stage.ts"

/** The latest first. */
const kept = ({ running }: TestApp) => running.app.db.read.select().from(reports).orderBy(desc(reports.id))

test("a report is kept with who sent it, which only a token proves", async () => {
  await using app = await startApp()
  const [ana, mal] = await registerAll(app, "Ana", "Mal")
  const stranger = new Phone(app, "a stranger")
  await stranger.ok("POST", "/report", { uid: ana.uid, oid: mal.uid, desc: " sells things " })
  const common = { reporterId: ana.uid, reportedId: mal.uid, ip: "127.0.0.1" }
  expect(await kept(app)).toMatchObject([{ ...common, verified: false, text: "sells things" }])
  await ana.ok("POST", "/report", { oid: mal.uid, desc: "六合彩 everywhere" })
  expect((await kept(app))[0]).toMatchObject({ ...common, verified: true, text: "六合彩 everywhere" })
  await ana.ok("POST", "/report", { uid: ana.uid, oid: mal.uid, desc: "😀".repeat(500) })
  await ana.fails(7, "POST", "/report", { uid: mal.uid, oid: mal.uid, desc: "x" })
  expect(await kept(app)).toHaveLength(3)
})

test("what is no report is refused", async () => {
  await using app = await startApp()
  const [ana, mal] = await registerAll(app, "Ana", "Mal")
  const stranger = new Phone(app, "a stranger")
  const right = { uid: ana.uid, oid: mal.uid, desc: "x" }
  for (const wrong of [{ desc: "" }, { desc: "x".repeat(501) }, { oid: "x" }, { oid: ana.uid }, { uid: 0 }]) {
    await stranger.fails(10, "POST", "/report", { ...right, ...wrong })
  }
  const { ErrMsg } = await stranger.fails(10, "POST", "/report", { ...right, uid: undefined })
  expect(ErrMsg).toContain('"uid"')
  for (const wrong of [{ uid: 999_999 }, { oid: 999_999 }]) {
    await stranger.fails(8, "POST", "/report", { ...right, ...wrong })
  }
  await isBanned(ana, 60_000)
  await ana.fails(59, "POST", "/report", right)
  expect(await kept(app)).toEqual([])
})

test("one address without a token, or one person with one, reports ten times in a row and then must wait", async () => {
  await using app = await startApp({ RATE_LIMITS: "on" })
  const [ana, mal] = await registerAll(app, "Ana", "Mal")
  const stranger = new Phone(app, "a stranger")
  const right = { uid: ana.uid, oid: mal.uid, desc: "x" }
  for (const phone of [stranger, ana]) {
    for (let n = 0; n < 10; n++) await phone.ok("POST", "/report", right)
    const late = await phone.fetch("POST", "/report", right)
    expect(late.status).toBe(429)
    expect(Number(late.headers.get("retry-after"))).toBeGreaterThan(20)
    expect(await late.json()).toMatchObject({ ErrCode: 1 })
  }
  await mal.ok("POST", "/report", { oid: ana.uid, desc: "x" })
  expect(await kept(app)).toHaveLength(21)
})
