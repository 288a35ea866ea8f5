import { afterAll, beforeAll, describe, expect, test } from "bun:test"
import { creditUser } from "../../src/admin/credit.ts"
import { startApp, type TestApp } from "../support/app.ts"
import { registers } from "../support/cast.ts"
import { endows } from "./stage.ts"

let app: TestApp

beforeAll(async () => {
  app = await startApp()
})

afterAll(() => app[Symbol.asyncDispose]())

describe("score", () => {
  test("is bought by the row, for diamonds, once a number", async () => {
    const bo = await registers(app, "Bo")
    await endows(bo, 115)
    expect((await bo.ok("GET", "/score_config"))["config"]).toContainEqual({ Diamond: 100, Score: 100 })
    const answer = await bo.ok("POST", "/pay/score_exchange", { diamond: 100, request_id: "s" })
    expect(answer).toMatchObject({ diamond: 15, score: 100 })
    expect(await bo.ok("POST", "/pay/score_exchange", { diamond: 100, request_id: "s" })).toEqual(answer)
    await bo.fails(31, "POST", "/pay/score_exchange", { diamond: 10, request_id: "s" })
    await bo.fails(27, "POST", "/pay/score_exchange", { diamond: 11 })
    await bo.fails(12, "POST", "/pay/score_exchange", { diamond: 1000 })
    await creditUser(app.running.app, {
      userId: bo.uid,
      currency: "score",
      amount: 999_999_899,
      actor: "cli",
      why: "to the brim",
    })
    await bo.fails(58, "POST", "/pay/score_exchange", { diamond: 10 })
    expect(await bo.ok("GET", "/action/get/diamond_score")).toEqual({ ErrCode: 0, diamond: 15, score: 999_999_999 })
  })

  test("that one has too few diamonds for is refused for that, though the wallet could not hold it either", async () => {
    const cai = await registers(app, "Cai")
    const full = {
      userId: cai.uid,
      currency: "score",
      amount: 1_000_000_000,
      actor: "cli",
      why: "to the brim",
    } as const
    await creditUser(app.running.app, full)
    await cai.fails(27, "POST", "/pay/score_exchange", { diamond: 11 })
    await cai.fails(12, "POST", "/pay/score_exchange", { diamond: 10 })
    await endows(cai, 10)
    await cai.fails(58, "POST", "/pay/score_exchange", { diamond: 10 })
    expect(await cai.ok("GET", "/action/get/diamond_score")).toMatchObject({ diamond: 10, score: 1_000_000_000 })
  })
})
