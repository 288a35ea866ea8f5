import { expect, test } from "bun:test"
import { createHmac } from "node:crypto"
import { webhookSms } from "../../src/providers/sms/webhook.ts"

const secret = "between us"
const message = { tel: "13800138000", code: "123456", purpose: "register" }

/** The operator's own receiver: checks the signature as the docstring says, and answers as it is told. */
function receiver(status: number) {
  const heard: { body: unknown; signed: boolean }[] = []
  const server = Bun.serve({
    port: 0,
    async fetch(request) {
      if (request.method === "HEAD") return new Response()
      const body = await request.text()
      const [, seconds, signature] =
        /^t=(\d+),v1=([0-9a-f]{64})$/.exec(request.headers.get("x-mili-signature") ?? "") ?? []
      const expected = createHmac("sha256", secret).update(`${seconds}.${body}`).digest("hex")
      heard.push({ body: JSON.parse(body), signed: signature === expected })
      return new Response("", { status, headers: { location: "http://127.0.0.1:9/" } })
    },
  })
  return { heard, url: server.url.href, [Symbol.asyncDispose]: () => server.stop(true) }
}

test("the operator's receiver gets the code, signed", async () => {
  await using operator = receiver(204)
  const sms = webhookSms({ url: operator.url, secret })
  expect(await sms.check()).toBeUndefined()
  await sms.send(message)
  expect(operator.heard.at(-1)).toEqual({ body: message, signed: true })
})

test("an error, a redirect or nobody there is a failure", async () => {
  for (const status of [500, 302]) {
    await using operator = receiver(status)
    await expect(webhookSms({ url: operator.url, secret }).send(message)).rejects.toThrow()
  }
  const nobody = webhookSms({ url: "http://127.0.0.1:9/", secret })
  await expect(nobody.send(message)).rejects.toThrow()
  expect(await nobody.check()).toContain("SMS_WEBHOOK_URL")
})
