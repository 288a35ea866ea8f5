import { describe, expect, test } from "bun:test"
import { appReleases } from "../../src/catalog/tables.ts"
import { write } from "../../src/db/write.ts"
import { startApp, type TestApp } from "../support/app.ts"
import { Phone } from "../support/phone.ts"

const asks = (app: TestApp, values: Record<string, string> = {}) =>
  new Phone(app, "a stranger").ok("GET", "/version_update", values)

async function releases({ running }: TestApp, release: typeof appReleases.$inferInsert): Promise<void> {
  await write(running.app, (tx) => tx.insert(appReleases).values(release).returning({ id: appReleases.id }))
}

describe("the newest app", () => {
  test("is the one that asks, as long as no other is known", async () => {
    await using app = await startApp()
    expect(await asks(app, { platform: "ios", version: "1.2.3" })).toEqual({
      ErrCode: 0,
      version: "1.2.3",
      url: "",
      force: false,
      desc: "",
    })
    expect(await asks(app)).toMatchObject({ version: "", force: false })
  })

  test("is told to each platform with its address and its news", async () => {
    await using app = await startApp()
    const news = "Gifts are drawn twice as large."
    await releases(app, { platform: "android", version: "2.4", url: "https://live.example.com/mili.apk", news })
    const told = { version: "2.4", url: "https://live.example.com/mili.apk", force: false, desc: news }
    for (const version of ["1.0", "2.4", "3.0", ""]) expect(await asks(app, { version })).toMatchObject(told)
    expect(await asks(app, { platform: "ios", version: "1.0" })).toMatchObject({ version: "1.0", url: "" })
  })

  test("is a must for apps that are too old to sign in", async () => {
    await using app = await startApp({ FORCED_VERSION: "2.1" })
    const force = async (version: string) => (await asks(app, { version }))["force"]
    expect([await force("2.0.9"), await force("1"), await force("soon")]).toEqual([true, true, true])
    expect([await force("2.1"), await force("2.10"), await force("")]).toEqual([false, false, false])
    expect(await asks(app, { version: "2.0" })).toMatchObject({ version: "2.1" })
    await releases(app, { platform: "android", version: "2.5", url: "https://live.example.com/mili.apk" })
    expect(await asks(app, { version: "2.0" })).toMatchObject({ version: "2.5", force: true })
  })
})
