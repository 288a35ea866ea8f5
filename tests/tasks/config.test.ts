import { afterAll, beforeAll, describe, expect, test } from "bun:test"
import { startApp, type TestApp } from "../support/app.ts"
import { Phone } from "../support/phone.ts"
import { publishes } from "./stage.ts"

let app: TestApp
let stranger: Phone

beforeAll(async () => {
  app = await startApp()
  stranger = new Phone(app, "a stranger")
})

afterAll(() => app[Symbol.asyncDispose]())

const asks = (values: Record<string, string | number>) => stranger.call("GET", "/task_config", values)

describe("the table of tasks", () => {
  test("is told to an app that has an older one, the same or none", async () => {
    const { task, version } = await stranger.ok("GET", "/task_config", { platform: "android" })
    expect(version).toBe("2.0")
    expect((task as unknown[]).length).toBe(6)
    expect(task).toContainEqual({
      Id: 400,
      Name: "送出 1 份礼物",
      Type: 0,
      Target: 1,
      TargetParam: 1,
      Reward1: { MoneyType: 3, Num: 10 },
      Reward2: 0,
    })
    for (const had of ["1.0", "0.9", "1.99.3", "2", "2.0", "2.0.0", ""]) {
      expect(await asks({ platform: "android", version: had })).toEqual({ ErrCode: 0, task, version: "2.0" })
    }
  })

  test("is refused to an app that has a newer one, or what is no version", async () => {
    for (const had of ["2.0.1", "2.1", "3", "10.0", "two", "2.", ".2", "-1", "2.0 beta", "2,0"]) {
      const answer = await asks({ platform: "ios", version: had })
      expect({ had, ...answer }).toMatchObject({ had, ErrCode: 87 })
      expect(answer.ErrMsg).toContain('"version"')
    }
  })

  test("is each platform's own, whatever its name is spelt like", async () => {
    await publishes(app, "ios", "2.10", [{ number: 100, target: "win", param: 2, amount: 7 }])
    const forIos = { version: "2.10", task: [{ Id: 100, TargetParam: 2, Reward1: { MoneyType: 3, Num: 7 } }] }
    for (const platform of ["ios", "IOS", "iOS", 1]) expect(await asks({ platform })).toMatchObject(forIos)
    for (const platform of ["android", "Android", 0, ""])
      expect(await asks({ platform })).toMatchObject({ version: "2.0" })
    expect(await asks({})).toMatchObject({ version: "2.0" })
    expect(await asks({ platform: "ios", version: "2.9" })).toMatchObject(forIos)
    expect(await asks({ platform: "ios", version: "2.11" })).toMatchObject({ ErrCode: 87 })
    for (const platform of ["symbian", "2", "[object Object]"]) {
      expect((await stranger.fails(10, "GET", "/task_config", { platform })).ErrMsg).toContain('"platform"')
    }
  })

  test("may be empty", async () => {
    await publishes(app, "ios", "3.0", [])
    expect(await asks({ platform: "ios" })).toEqual({ ErrCode: 0, version: "3.0", task: [] })
  })
})
