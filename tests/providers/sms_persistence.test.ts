import { expect, test } from "bun:test"
import { createLog } from "../../src/log.ts"
import { createMetrics } from "../../src/metrics.ts"
import { SmsNotSent, type SmsProvider, SmsRefused } from "../../src/providers/sms/index.ts"
import { persistent } from "../../src/providers/sms/persistence.ts"

const message = { tel: "13800138000", code: "012345", purpose: "register" }

/** A provider that fails like this, in turn, and then works; with what was told of it. */
function scene(...failures: Error[]) {
  const told: string[] = []
  const metrics = createMetrics()
  let asked = 0
  const next = async () => {
    asked++
    const failure = failures.shift()
    if (failure) throw failure
  }
  const around = { log: createLog((line) => told.push(line)), metrics }
  const check = async () => undefined
  const verify = async () => {
    await next()
    return true
  }
  const wrap = (sms: SmsProvider) => persistent(sms, around)
  return {
    sender: () => wrap({ name: "fake", check, send: next }),
    verifier: () => wrap({ name: "fake", check, verify }),
    told,
    asked: () => asked,
    count: async (name: string) => Number(new RegExp(`^${name} (\\d+)$`, "m").exec(await metrics.text())?.[1]),
  }
}

async function send(sms: SmsProvider): Promise<void> {
  if (!("send" in sms)) throw new Error("it cannot send")
  await sms.send(message)
}

const unsure = new Error("the line broke")
const unreached = new SmsNotSent("nobody is there")
const refused = new SmsRefused("no credit")

test("what fails quickly is tried twice more, and told", async () => {
  const { sender, told, asked, count } = scene(unreached, unsure)
  await send(sender())
  expect(asked()).toBe(3)
  expect([await count("mili_sms_done_total"), await count("mili_sms_failures_total")]).toEqual([1, 2])
  expect(told).toHaveLength(2)
  expect(told.join()).toContain("the line broke")
  expect(told.join()).not.toContain(message.code)
})

test("what fails three times has failed, and is sure only if each time was", async () => {
  const sure = scene(unreached, unreached, unreached)
  await expect(send(sure.sender())).rejects.toBe(unreached)
  const doubtful = scene(unreached, unsure, unreached)
  await expect(send(doubtful.sender())).rejects.toBe(unsure)
  expect([sure.asked(), doubtful.asked()]).toEqual([3, 3])
})

test("a refusal is final, and sure unless an earlier try may have worked", async () => {
  const at_once = scene(refused)
  await expect(send(at_once.sender())).rejects.toBe(refused)
  const afterwards = scene(unsure, refused)
  await expect(send(afterwards.sender())).rejects.toBe(unsure)
  expect([at_once.asked(), afterwards.asked()]).toEqual([1, 2])
})

test("checks are tried again like messages", async () => {
  const { verifier, asked } = scene(unsure)
  const sms = verifier()
  expect("verify" in sms && (await sms.verify(message.tel, message.code, "ios"))).toBe(true)
  expect(asked()).toBe(2)
})

test("no more than 64 wait at once", async () => {
  const { promise: open, resolve: release } = Promise.withResolvers<void>()
  const { log, metrics } = { log: createLog(() => {}), metrics: createMetrics() }
  const sms = persistent({ name: "fake", check: async () => undefined, send: () => open }, { log, metrics })
  const waiting = Array.from({ length: 64 }, () => send(sms))
  await expect(send(sms)).rejects.toBeInstanceOf(SmsNotSent)
  release()
  await Promise.all(waiting)
  await send(sms)
})
