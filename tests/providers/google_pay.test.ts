import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test"
import { createHash } from "node:crypto"
import { type GoogleOptions, googlePay } from "../../src/providers/pay/google.ts"
import { PayRefused, PayUnavailable } from "../../src/providers/pay/index.ts"
import { type FakeGoogle, startFakeGoogle } from "../support/fakes/google.ts"

const packageName = "com.example.live"
const minute = 60_000
const day = 24 * 3_600_000
const sha256 = (text: string) => createHash("sha256").update(text).digest("hex")

/** Made by an independent implementation. */
const vector = {
  licenceKey:
    "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAlX43YUxSuFt777XxC0ggTFLRFJ0tLj15pASa47LsR1XWKrq+OpqjOghlQ3PQcCMpt8mySC8I5i21yLHgdWbAAg6Y9F07Vm31RjSKebfgpLGwZUsL57UEQApEHxuNeZexaz7LuULhwPaSfEYLo//r9BLQHO1Rb6+7okgjQHA9CMnS8jMmmqE/KxLpcXTtP75gpOaot5iSrkJj6q7H7AfVD5LL1Y2CvJ5jV4zuJRB4YnK3LaGn0NAsLh/IXTH570o/+WwrkYAAmGIOt5yHoh2boIEBhmKv2tEL2d2XygiB29feCKI+32t4U/ldBu9Hvd0BOxnFi8XgJr6IfDuUgvr/zQIDAQAB",
  data: '{"orderId":"GPA.1234-5678-9012-34567","packageName":"com.example.live","productId":"diamond_100","purchaseTime":1700000000000,"purchaseState":0,"purchaseToken":"tok_abc","quantity":1,"acknowledged":false}',
  signature:
    "No5R4s0XdPOy1F7kNWYfzN7IKAbTAHBFG4rGe6YoKYOyosbbBvPuUrOsSvJ4gLaXKOeKpTZ8QY8E3xuZZa/YMFNKT1tMEI/sb6a5CR46Bm7DbUiQ/+FAlJGJSi0BVJKc76Hh3dPKcPvAqgAyyrt80unQK0EEvviX9XK+xXJUIPrUO7GCPQLgRprZIKqCxuvxJp+KCOpMD8fkw9iAImrJcSQcnGupykONUjA1mLAK1DoHfNa0GubImD5wJuYLUShJPuzI17Vj3uy8mHZ/XcHGeOwB1E0xBO4Hq08LL0uMQVOZXMLqyi2NJtCYVLv+9vX1qd5/TkUzopWsetUjFrYlUA==",
}

let google: FakeGoogle
beforeAll(async () => {
  google = await startFakeGoogle()
})
afterAll(() => google[Symbol.asyncDispose]())
beforeEach(() => {
  google.mood = "well"
  google.grants = 0
})

const payWith = (changes: Partial<GoogleOptions> = {}) =>
  googlePay({
    packageName,
    licenceKey: google.licenceKey,
    serviceAccount: google.serviceAccount,
    notifySecret: "between us",
    apiUrl: google.apiUrl,
    tokenUrl: google.tokenUrl,
    now: Date.now,
    ...changes,
  })

/** The error a call ends with. */
const errorOf = async (call: () => unknown): Promise<Error> => {
  try {
    await call()
  } catch (error) {
    return error as Error
  }
  throw new Error("nothing was thrown")
}

describe("signed purchases", () => {
  test("what the licence key signed is read", () => {
    const pay = payWith({ licenceKey: vector.licenceKey })
    expect(pay.verifySigned(vector.data, vector.signature)).toEqual({
      transactionId: sha256("tok_abc"),
      productId: "diamond_100",
      quantity: 1,
      state: "paid",
      sandbox: false,
      accountTag: undefined,
      token: "tok_abc",
    })
  })

  test("a change of any byte is refused", () => {
    const pay = payWith({ licenceKey: vector.licenceKey })
    for (let at = 0; at < vector.data.length; at++) {
      const other = vector.data[at] === "1" ? "2" : "1"
      const changed = vector.data.slice(0, at) + other + vector.data.slice(at + 1)
      expect(() => pay.verifySigned(changed, vector.signature)).toThrow(PayRefused)
    }
    for (const signature of ["", "?", vector.signature.replace("No5R", "No5S"), vector.signature.slice(4)]) {
      expect(() => pay.verifySigned(vector.data, signature)).toThrow(PayRefused)
    }
  })

  test("what is far too long is not even checked", () => {
    expect(() => payWith().verifySigned("x".repeat(10_001), "")).toThrow("too long")
    expect(() => payWith().verifySigned("{}", "x".repeat(2_001))).toThrow("too long")
  })

  test("quantity and account come with it", () => {
    const sold = google.sell({ productId: "diamond_100", quantity: 3, accountId: "order 7" })
    expect(payWith().verifySigned(sold.data, sold.signature)).toMatchObject({ quantity: 3, accountTag: "order 7" })
  })

  test("a purchase of another key, of another app or without any key is refused", () => {
    const pay = payWith()
    const forged = google.sell({ productId: "diamond_100", forged: true })
    expect(() => pay.verifySigned(forged.data, forged.signature)).toThrow("signature")
    const foreign = google.sell({ productId: "diamond_100", packageName: "com.example.other" })
    expect(() => pay.verifySigned(foreign.data, foreign.signature)).toThrow("another app")
    const good = google.sell({ productId: "diamond_100" })
    expect(() => payWith({ licenceKey: undefined }).verifySigned(good.data, good.signature)).toThrow(PayRefused)
  })

  test("nobody buys nothing, or more than a thousand", () => {
    const pay = payWith()
    for (const quantity of [0, -1, 1_001, 1.5]) {
      const sold = google.sell({ productId: "diamond_100", quantity })
      expect(() => pay.verifySigned(sold.data, sold.signature)).toThrow(PayRefused)
    }
    const most = google.sell({ productId: "diamond_100", quantity: 1_000 })
    expect(pay.verifySigned(most.data, most.signature).quantity).toBe(1_000)
  })

  test("a malformed key is told at once, and not shown", () => {
    expect(() => payWith({ licenceKey: "c2VjcmV0" })).toThrow(/licence key is not(?!.*c2VjcmV0)/)
    const serviceAccount = { ...google.serviceAccount, privateKeyPem: "c2VjcmV0" }
    expect(() => payWith({ serviceAccount })).toThrow(/service account is not(?!.*c2VjcmV0)/)
  })
})

describe("looking up", () => {
  test("signed data and the look-up tell the same of a purchase, whatever becomes of it", async () => {
    const pay = payWith()
    const ordinary = google.sell({ productId: "diamond_100", quantity: 2, accountId: "order 7" })
    const played = google.sell({ productId: "diamond_100", test: true })
    const pending = google.sell({ productId: "diamond_100", pending: true })
    for (const sold of [ordinary, played, pending]) {
      const signed = pay.verifySigned(sold.data, sold.signature)
      expect(await pay.lookUp("diamond_100", sold.token)).toEqual(signed)
    }
    expect(await pay.lookUp("diamond_100", ordinary.token)).toMatchObject({
      transactionId: sha256(ordinary.token),
      state: "paid",
      sandbox: false,
    })
    const test = await pay.lookUp("diamond_100", played.token)
    expect(test).toMatchObject({ transactionId: sha256(played.token), state: "paid", sandbox: true })
    expect(await pay.lookUp("diamond_100", pending.token)).toMatchObject({ state: "pending", sandbox: false })

    const settled = google.settle(pending.token)
    const paid = pay.verifySigned(settled.data, settled.signature)
    expect(paid).toMatchObject({ transactionId: sha256(pending.token), state: "paid" })
    expect(await pay.lookUp("diamond_100", pending.token)).toEqual(paid)
    google.refund(pending.orderId)
    expect(await pay.lookUp("diamond_100", pending.token)).toEqual({ ...paid, state: "refunded" })
  })

  test("purchases Google does not know, no longer knows or knows as another product are refused", async () => {
    const pay = payWith()
    const sold = google.sell({ productId: "diamond_100" })
    await expect(pay.lookUp("diamond_500", sold.token)).rejects.toThrow(PayRefused)
    await expect(pay.lookUp("diamond_100", "unknown")).rejects.toThrow("404 (purchaseTokenNotFound)")
    google.forget(sold.token)
    const error = await errorOf(() => pay.lookUp("diamond_100", sold.token))
    expect(error).toBeInstanceOf(PayRefused)
    expect(error.message).toBe("Google Play answered 410 (purchaseTokenNoLongerValid)")
  })

  test("an answer about another product than was asked for is refused", async () => {
    const answer = { purchaseState: 0, productId: "diamond_1" }
    await using server = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => Response.json(answer) })
    const pay = payWith({ apiUrl: server.url.origin })
    await expect(pay.lookUp("diamond_500", "any")).rejects.toThrow(PayRefused)
    expect(await pay.lookUp("diamond_1", "any")).toMatchObject({ productId: "diamond_1", quantity: 1 })
  })

  test("a name cannot lead to another call", async () => {
    const pay = payWith()
    for (const name of ["", ".", "..", "x".repeat(2_001)]) {
      await expect(pay.lookUp(name, "any")).rejects.toThrow(PayRefused)
      await expect(pay.lookUp("diamond_100", name)).rejects.toThrow(PayRefused)
    }
    expect(google.grants).toBe(0)
    const { token } = google.sell({ productId: "diamond_100" })
    await expect(pay.lookUp(`diamond_100/tokens/${token}?`, "any")).rejects.toThrow(PayRefused)
    await expect(pay.acknowledge("diamond_100", `${token}:acknowledge?`)).rejects.toThrow(PayRefused)
    expect(google.acknowledged(token)).toBe(0)
  })

  test("delivery is told, twice if need be", async () => {
    const pay = payWith()
    const sold = google.sell({ productId: "diamond_100" })
    await pay.acknowledge("diamond_100", sold.token)
    await pay.acknowledge("diamond_100", sold.token)
    expect(google.acknowledged(sold.token)).toBe(2)
    const pending = google.sell({ productId: "diamond_100", pending: true })
    await expect(pay.acknowledge("diamond_100", pending.token)).rejects.toThrow(PayRefused)
  })

  test("without a service account nothing is looked up", async () => {
    const pay = payWith({ serviceAccount: undefined })
    const sold = google.sell({ productId: "diamond_100" })
    expect(pay.canLookUp).toBeFalse()
    expect(payWith().canLookUp).toBeTrue()
    await expect(pay.lookUp("diamond_100", sold.token)).rejects.toThrow(PayUnavailable)
    await expect(pay.acknowledge("diamond_100", sold.token)).rejects.toThrow(PayUnavailable)
    await expect(pay.voidedSince(0)).rejects.toThrow(PayUnavailable)
  })
})

describe("access tokens", () => {
  test("one serves all calls until a minute before its end", async () => {
    const start = Date.now()
    let passed = 0
    const pay = payWith({ now: () => start + passed })
    const { token } = google.sell({ productId: "diamond_100" })
    const ask = () => pay.lookUp("diamond_100", token)
    await Promise.all([ask(), ask(), ask()])
    passed = 3_599_000 - minute - 1
    await ask()
    expect(google.grants).toBe(1)
    passed += 1
    await ask()
    expect(google.grants).toBe(2)
  })

  test("one that expired early is replaced, once", async () => {
    const pay = payWith()
    const { token } = google.sell({ productId: "diamond_100" })
    await pay.lookUp("diamond_100", token)
    google.expireTokens()
    expect(await pay.lookUp("diamond_100", token)).toMatchObject({ state: "paid" })
    expect(google.grants).toBe(2)
    google.answerNext(401, 401)
    await expect(pay.lookUp("diamond_100", token)).rejects.toThrow(PayUnavailable)
    expect(google.grants).toBe(3)
    expect(await pay.lookUp("diamond_100", token)).toMatchObject({ state: "paid" })
  })

  test("an account Google does not know may be mended, so the purchase is not refused for it", async () => {
    const serviceAccount = { ...google.serviceAccount, clientEmail: "stranger@example.com" }
    const pay = payWith({ serviceAccount })
    const error = await errorOf(() => pay.lookUp("diamond_100", "any"))
    expect(error).toBeInstanceOf(PayUnavailable)
    expect(error.message).toBe("Google answered 400 to the service account (invalid_grant)")
    expect(await pay.check()).toBe(error.message)
  })
})

describe("when Google is not well", () => {
  test("trying again is worth it after an error of Google's, and helps", async () => {
    const pay = payWith()
    const { token } = google.sell({ productId: "diamond_100" })
    for (const status of [500, 503, 429, 403]) {
      google.answerNext(status)
      await expect(pay.lookUp("diamond_100", token)).rejects.toThrow(PayUnavailable)
      expect(await pay.lookUp("diamond_100", token)).toMatchObject({ state: "paid" })
    }
  })

  test("a dead or silent Google is unavailable, and the purchase token is not told", async () => {
    const pay = payWith({ timeout: 100 })
    const { token } = google.sell({ productId: "diamond_100" })
    await pay.lookUp("diamond_100", token)
    for (const [mood, message] of [
      ["dead", "Google cannot be reached"],
      ["slow", "Google did not answer in 100 ms"],
    ] as const) {
      google.mood = mood
      const error = await errorOf(() => pay.lookUp("diamond_100", token))
      expect(error).toBeInstanceOf(PayUnavailable)
      expect(error.message).toBe(message)
      expect(await pay.check()).toBe(message)
    }
    google.mood = "well"
    expect(await pay.lookUp("diamond_100", token)).toMatchObject({ state: "paid" })
  })

  test("nonsense and endless answers are unavailable too", async () => {
    for (const body of ["", "[]", '{"purchaseState":7}', `{"purchaseState":0,"x":"${"x".repeat(1024 * 1024)}"}`]) {
      await using server = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => new Response(body) })
      const pay = payWith({ apiUrl: server.url.origin })
      await expect(pay.lookUp("diamond_100", "any")).rejects.toThrow(PayUnavailable)
    }
  })

  test("a redirect is not followed", async () => {
    await using server = Bun.serve({
      port: 0,
      hostname: "127.0.0.1",
      fetch: ({ url }) =>
        url.endsWith("/paid") ? Response.json({ purchaseState: 0 }) : Response.redirect("/paid", 307),
    })
    const pay = payWith({ apiUrl: server.url.origin })
    await expect(pay.lookUp("diamond_100", "any")).rejects.toThrow(PayUnavailable)
  })

  test("the check is content with a Google that answers, and with a licence key alone", async () => {
    expect(await payWith().check()).toBeUndefined()
    expect(await payWith({ serviceAccount: undefined }).check()).toBeUndefined()
    expect(await payWith({ serviceAccount: undefined, licenceKey: undefined }).check()).toContain("neither")
    google.answerNext(403)
    expect(await payWith().check()).toContain("403")
  })
})

describe("refunds", () => {
  test("all that were taken back since then are listed, over several pages", async () => {
    await using store = await startFakeGoogle()
    const pay = payWith({ apiUrl: store.apiUrl, tokenUrl: store.tokenUrl })
    const sold = Array.from({ length: 4 }, () => store.sell({ productId: "diamond_100" }))
    const played = store.sell({ productId: "diamond_100", test: true })
    store.sell({ productId: "diamond_100" })
    const [old, ...recent] = sold
    const now = Date.now()
    store.refund(old?.orderId ?? "", now - 2 * day)
    for (const one of [...recent, played]) store.refund(one.token, now - minute)

    const since = [...recent.map((one) => sha256(one.token)), sha256(played.token)]
    expect(await pay.voidedSince(now - day)).toEqual(since)
    // Google lists no more than 30 days and refuses to be asked for them.
    expect(await pay.voidedSince(0)).toEqual([sha256(old?.token ?? ""), ...since])
  })

  test("a list without an end is given up", async () => {
    let asked = 0
    await using server = Bun.serve({
      port: 0,
      hostname: "127.0.0.1",
      fetch() {
        asked++
        return Response.json({ tokenPagination: { nextPageToken: "again" } })
      },
    })
    await expect(payWith({ apiUrl: server.url.origin }).voidedSince(0)).rejects.toThrow(PayUnavailable)
    expect(asked).toBe(100)
  })
})

describe("notices", () => {
  const callback = (body: string) => ({ headers: new Headers(), body: new TextEncoder().encode(body) })

  test("a notice of a purchase tells what Google has of it now", async () => {
    const pay = payWith()
    const sold = google.sell({ productId: "diamond_100", pending: true, accountId: "order 7" })
    const read = () => pay.readNotice(callback(google.push("purchased", sold.token, "message 1")), "between us")
    const { token: _, ...purchase } = await pay.lookUp("diamond_100", sold.token)
    expect(await read()).toEqual({ id: "message 1", purchases: [purchase] })
    google.settle(sold.token)
    expect((await read()).purchases).toEqual([{ ...purchase, transactionId: sha256(sold.token), state: "paid" }])
    google.refund(sold.orderId)
    expect((await read()).purchases).toMatchObject([{ transactionId: sha256(sold.token), state: "refunded" }])
  })

  test("a notice of a refund counts once Google lists it", async () => {
    const pay = payWith()
    const sold = google.sell({ productId: "diamond_100" })
    const read = () => pay.readNotice(callback(google.push("voided", sold.token)), "between us")
    await expect(read()).rejects.toThrow(PayUnavailable)
    google.refund(sold.orderId)
    expect((await read()).purchases).toMatchObject([{ transactionId: sha256(sold.token), state: "refunded" }])

    const played = google.sell({ productId: "diamond_100", test: true })
    google.refund(played.token)
    const notice = await pay.readNotice(callback(google.push("voided", played.token)), "between us")
    expect(notice.purchases).toMatchObject([{ transactionId: sha256(played.token), state: "refunded" }])
  })

  test("subscriptions, refunds of a part and tests concern no purchase", async () => {
    const pay = payWith()
    const { token } = google.sell({ productId: "diamond_100" })
    for (const kind of ["subscription", "partly voided", "test"] as const) {
      const notice = await pay.readNotice(callback(google.push(kind, token, `a ${kind}`)), "between us")
      expect(notice).toEqual({ id: `a ${kind}`, purchases: [] })
    }
  })

  test("without the right secret nothing is read", async () => {
    const body = callback(google.push("test", ""))
    for (const secret of ["", "between", "between us!", "between uz"]) {
      await expect(payWith().readNotice(body, secret)).rejects.toThrow("secret")
    }
    for (const notifySecret of [undefined, ""]) {
      await expect(payWith({ notifySecret }).readNotice(body, "")).rejects.toThrow("secret")
    }
  })

  test("malformed, huge and foreign notices are refused", async () => {
    const pay = payWith()
    const good = google.push("test", "")
    const data = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64")
    for (const body of ["", "[]", "{}", '{"message":{"data":"!","messageId":"1"}}', good + " ".repeat(65_536)]) {
      await expect(pay.readNotice(callback(body), "between us")).rejects.toThrow(PayRefused)
    }
    const foreign = { packageName: "com.example.other", eventTimeMillis: "1" }
    const message = { data: data(foreign), messageId: "1" }
    await expect(pay.readNotice(callback(JSON.stringify({ message })), "between us")).rejects.toThrow("another app")
  })

  test("the fake pushes them over HTTP", async () => {
    const pay = payWith()
    const sold = google.sell({ productId: "diamond_100" })
    await using server = Bun.serve({
      port: 0,
      hostname: "127.0.0.1",
      async fetch(request) {
        const secret = new URL(request.url).searchParams.get("secret") ?? ""
        return Response.json(await pay.readNotice({ headers: request.headers, body: await request.bytes() }, secret))
      },
    })
    const answer = await google.notify(`${server.url}?secret=between+us`, "purchased", sold.token)
    expect(await answer.json()).toMatchObject({ purchases: [{ transactionId: sha256(sold.token), state: "paid" }] })
  })
})
