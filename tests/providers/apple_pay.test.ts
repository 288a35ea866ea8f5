import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test"
import { createHash, X509Certificate } from "node:crypto"
import { type AppleOptions, applePay } from "../../src/providers/pay/apple.ts"
import { extensionsOf } from "../../src/providers/pay/apple_certificate.ts"
import { readJws } from "../../src/providers/pay/apple_jws.ts"
import { appleRoot } from "../../src/providers/pay/apple_root.ts"
import { PayRefused, PayUnavailable, type Purchase } from "../../src/providers/pay/index.ts"
import { type FakeApple, startFakeApple } from "../support/fakes/apple.ts"
import { makeStoreSigner } from "../support/fakes/apple_ca.ts"

/** Published with Apple's own library, app-store-server-library-node (MIT, copyright Apple Inc.). */
const vector = {
  root: "MIIBgjCCASmgAwIBAgIJALUc5ALiH5pbMAoGCCqGSM49BAMDMDYxCzAJBgNVBAYTAlVTMRMwEQYDVQQIDApDYWxpZm9ybmlhMRIwEAYDVQQHDAlDdXBlcnRpbm8wHhcNMjMwMTA1MjEzMDIyWhcNMzMwMTAyMjEzMDIyWjA2MQswCQYDVQQGEwJVUzETMBEGA1UECAwKQ2FsaWZvcm5pYTESMBAGA1UEBwwJQ3VwZXJ0aW5vMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEc+/Bl+gospo6tf9Z7io5tdKdrlN1YdVnqEhEDXDShzdAJPQijamXIMHf8xWWTa1zgoYTxOKpbuJtDplz1XriTaMgMB4wDAYDVR0TBAUwAwEB/zAOBgNVHQ8BAf8EBAMCAQYwCgYIKoZIzj0EAwMDRwAwRAIgemWQXnMAdTad2JDJWng9U4uBBL5mA7WI05H7oH7c6iQCIHiRqMjNfzUAyiu9h6rOU/K+iTR0I/3Y/NSWsXHX+acc",
  jws: "eyJ4NWMiOlsiTUlJQm9EQ0NBVWFnQXdJQkFnSUJDekFLQmdncWhrak9QUVFEQWpCTk1Rc3dDUVlEVlFRR0V3SlZVekVUTUJFR0ExVUVDQXdLUTJGc2FXWnZjbTVwWVRFU01CQUdBMVVFQnd3SlEzVndaWEowYVc1dk1SVXdFd1lEVlFRS0RBeEpiblJsY20xbFpHbGhkR1V3SGhjTk1qTXdNVEEwTVRZek56TXhXaGNOTXpJeE1qTXhNVFl6TnpNeFdqQkZNUXN3Q1FZRFZRUUdFd0pWVXpFVE1CRUdBMVVFQ0F3S1EyRnNhV1p2Y201cFlURVNNQkFHQTFVRUJ3d0pRM1Z3WlhKMGFXNXZNUTB3Q3dZRFZRUUtEQVJNWldGbU1Ga3dFd1lIS29aSXpqMENBUVlJS29aSXpqMERBUWNEUWdBRTRyV0J4R21GYm5QSVBRSTB6c0JLekx4c2o4cEQydnFicjB5UElTVXgyV1F5eG1yTnFsOWZoSzhZRUV5WUZWNysrcDVpNFlVU1Ivbzl1UUlnQ1BJaHJLTWZNQjB3Q1FZRFZSMFRCQUl3QURBUUJnb3Foa2lHOTJOa0Jnc0JCQUlUQURBS0JnZ3Foa2pPUFFRREFnTklBREJGQWlFQWtpRVprb0ZNa2o0Z1huK1E5alhRWk1qWjJnbmpaM2FNOE5ZcmdmVFVpdlFDSURKWVowRmFMZTduU0lVMkxXTFRrNXRYVENjNEU4R0pTWWYvc1lSeEVGaWUiLCJNSUlCbHpDQ0FUMmdBd0lCQWdJQkJqQUtCZ2dxaGtqT1BRUURBakEyTVFzd0NRWURWUVFHRXdKVlV6RVRNQkVHQTFVRUNBd0tRMkZzYVdadmNtNXBZVEVTTUJBR0ExVUVCd3dKUTNWd1pYSjBhVzV2TUI0WERUSXpNREV3TkRFMk1qWXdNVm9YRFRNeU1USXpNVEUyTWpZd01Wb3dUVEVMTUFrR0ExVUVCaE1DVlZNeEV6QVJCZ05WQkFnTUNrTmhiR2xtYjNKdWFXRXhFakFRQmdOVkJBY01DVU4xY0dWeWRHbHViekVWTUJNR0ExVUVDZ3dNU1c1MFpYSnRaV1JwWVhSbE1Ga3dFd1lIS29aSXpqMENBUVlJS29aSXpqMERBUWNEUWdBRUZRM2xYMnNxTjlHSXdBaWlNUURRQy9reW5TZ1g0N1J3dmlET3RNWFh2eUtkUWU2Q1BzUzNqbzJ1UkR1RXFBeFdlT2lDcmpsRFdzeXo1d3dkVTBndGFxTWxNQ013RHdZRFZSMFRCQWd3QmdFQi93SUJBREFRQmdvcWhraUc5Mk5rQmdJQkJBSVRBREFLQmdncWhrak9QUVFEQWdOSUFEQkZBaUVBdm56TWNWMjY4Y1JiMS9GcHlWMUVoVDNXRnZPenJCVVdQNi9Ub1RoRmF2TUNJRmJhNXQ2WUt5MFIySkR0eHF0T2pKeTY2bDZWN2QvUHJBRE5wa21JUFcraSIsIk1JSUJYRENDQVFJQ0NRQ2ZqVFVHTERuUjlqQUtCZ2dxaGtqT1BRUURBekEyTVFzd0NRWURWUVFHRXdKVlV6RVRNQkVHQTFVRUNBd0tRMkZzYVdadmNtNXBZVEVTTUJBR0ExVUVCd3dKUTNWd1pYSjBhVzV2TUI0WERUSXpNREV3TkRFMk1qQXpNbG9YRFRNek1ERXdNVEUyTWpBek1sb3dOakVMTUFrR0ExVUVCaE1DVlZNeEV6QVJCZ05WQkFnTUNrTmhiR2xtYjNKdWFXRXhFakFRQmdOVkJBY01DVU4xY0dWeWRHbHViekJaTUJNR0J5cUdTTTQ5QWdFR0NDcUdTTTQ5QXdFSEEwSUFCSFB2d1pmb0tMS2FPclgvV2U0cU9iWFNuYTVUZFdIVlo2aElSQTF3MG9jM1FDVDBJbzJwbHlEQjMvTVZsazJ0YzRLR0U4VGlxVzdpYlE2WmM5VjY0azB3Q2dZSUtvWkl6ajBFQXdNRFNBQXdSUUloQU1USGhXdGJBUU4waFN4SVhjUDRDS3JEQ0gvZ3N4V3B4NmpUWkxUZVorRlBBaUIzNW53azVxMHpjSXBlZnZZSjBNVS95R0dIU1dlejBicTBwRFlVTy9ubUR3PT0iXSwidHlwIjoiSldUIiwiYWxnIjoiRVMyNTYifQ.eyJlbnZpcm9ubWVudCI6IlNhbmRib3giLCJidW5kbGVJZCI6ImNvbS5leGFtcGxlIiwic2lnbmVkRGF0ZSI6MTY3Mjk1NjE1NDAwMH0.PnHWpeIJZ8f2Q218NSGLo_aR0IBEJvC6PxmxKXh-qfYTrZccx2suGl223OSNAX78e4Ylf2yJCG2N-FfU-NIhZQ",
}

let apple: FakeApple
beforeAll(async () => {
  apple = await startFakeApple()
})
afterAll(() => apple[Symbol.asyncDispose]())
beforeEach(() => {
  apple.mood = "well"
  apple.asked.length = 0
})

const payWith = (changes: Partial<AppleOptions> = {}) => applePay({ ...apple.settings, now: Date.now, ...changes })

const certificateOf = (root: Uint8Array | string) =>
  new X509Certificate(typeof root === "string" ? Buffer.from(root, "base64") : root)

/** The error a call ends with. */
const errorOf = async (call: () => unknown): Promise<Error> => {
  try {
    await call()
  } catch (error) {
    return error as Error
  }
  throw new Error("nothing was thrown")
}

const expectRefused = async (call: () => unknown, message: string) => {
  const error = await errorOf(call)
  expect(error).toBeInstanceOf(PayRefused)
  expect(error.message).toContain(message)
}

const expectUnavailable = async (call: () => unknown, message: string) => {
  const error = await errorOf(call)
  expect(error).toBeInstanceOf(PayUnavailable)
  expect(error.message).toContain(message)
}

/** What the provider makes of a purchase with nothing out of the ordinary. */
const bought = (transactionId: string, productId: string, changes: Partial<Purchase> = {}): Purchase => ({
  transactionId,
  productId,
  quantity: 1,
  state: "paid",
  sandbox: false,
  accountTag: undefined,
  ...changes,
})

const callback = (body: string | Uint8Array) => ({
  headers: new Headers(),
  body: typeof body === "string" ? new TextEncoder().encode(body) : body,
})

describe("receipts", () => {
  test("a receipt gives every purchase in it, refunded ones as refunded", async () => {
    const one = apple.sell({ productId: "diamond_60", quantity: 3 })
    const other = apple.sell({ productId: "diamond_300", accountToken: "7b3b1a5c-6c0e-4f0b-9d5e-1f2a3b4c5d6e" })
    apple.refund(other.transactionId)
    const pay = payWith()
    expect(await pay.verify(apple.receiptOf([one.transactionId, other.transactionId]))).toMatchObject([
      bought(one.transactionId, "diamond_60", { quantity: 3 }),
      bought(other.transactionId, "diamond_300", {
        state: "refunded",
        accountTag: "7b3b1a5c-6c0e-4f0b-9d5e-1f2a3b4c5d6e",
      }),
    ])
    expect(apple.asked).toEqual(["production receipt"])
  })

  test("a receipt sent twice names the same transaction twice", async () => {
    const { receipt, transactionId } = apple.sell({ productId: "diamond_60" })
    const pay = payWith()
    const [first, second] = [await pay.verify(receipt), await pay.verify(receipt)]
    expect(first.map((one) => one.transactionId)).toEqual([transactionId])
    expect(second).toEqual(first)
  })

  test("a receipt with nothing in it is nothing to credit", async () => {
    expect(await payWith().verify(apple.receiptOf([]))).toMatchObject([])
  })

  test("a receipt of iOS 6 is of one purchase", async () => {
    const { transactionId } = apple.sell({ productId: "diamond_60", quantity: 2 })
    const { transactionId: foreign } = apple.sell({ productId: "diamond_60", bundleId: "com.example.other" })
    const pay = payWith()
    expect(await pay.verify(apple.receiptOf([transactionId], "old"))).toMatchObject([
      bought(transactionId, "diamond_60", { quantity: 2 }),
    ])
    await expectRefused(() => pay.verify(apple.receiptOf([foreign], "old")), "another app")
    apple.refund(transactionId)
    const [refunded] = await pay.verify(apple.receiptOf([transactionId], "old"))
    expect(refunded?.state).toBe("refunded")
  })

  test("a receipt whose lines were broken is the same receipt", async () => {
    const { receipt, transactionId } = apple.sell({ productId: "diamond_60" })
    const broken = `${receipt.slice(0, 10)}\r\n${receipt.slice(10)}\r\n`
    expect(await payWith().verify(broken)).toMatchObject([bought(transactionId, "diamond_60")])
  })

  test("what App Review buys is found in the sandbox, and told so", async () => {
    const { receipt, transactionId } = apple.sell({ productId: "diamond_60", sandbox: true })
    expect(await payWith().verify(receipt)).toMatchObject([bought(transactionId, "diamond_60", { sandbox: true })])
    expect(apple.asked).toEqual(["production receipt", "sandbox receipt"])
    // An iOS 6 answer names no environment: the server that knew it does.
    expect(await payWith().verify(apple.receiptOf([transactionId], "old"))).toMatchObject([
      bought(transactionId, "diamond_60", { sandbox: true }),
    ])
  })

  test("a receipt of production that was sent to the sandbox comes back", async () => {
    const { receipt, transactionId } = apple.sell({ productId: "diamond_60" })
    apple.answerNext("misled")
    expect(await payWith().verify(receipt)).toMatchObject([bought(transactionId, "diamond_60")])
    expect(apple.asked).toEqual(["production receipt", "sandbox receipt", "production receipt"])
  })

  test("two servers that send a receipt to each other for ever are asked no more", async () => {
    const { receipt } = apple.sell({ productId: "diamond_60" })
    apple.mood = "misled"
    await expectUnavailable(() => payWith().verify(receipt), "do not agree")
    expect(apple.asked).toHaveLength(3)
  })

  test("a trouble of Apple's that passes is not noticed", async () => {
    const { receipt, transactionId } = apple.sell({ productId: "diamond_60" })
    for (const mood of ["unavailable", "malformed", "broken", "dead", "retryable"] as const) {
      apple.answerNext(mood)
      expect(await payWith().verify(receipt)).toMatchObject([bought(transactionId, "diamond_60")])
    }
  })

  test("a trouble of Apple's that stays is unavailable, after one more try", async () => {
    const { receipt } = apple.sell({ productId: "diamond_60" })
    const troubles = {
      unavailable: "21005",
      malformed: "21002",
      broken: "503",
      lost: "404",
      endless: "too much",
      retryable: "21150",
    }
    for (const [mood, message] of Object.entries(troubles)) {
      apple.mood = mood as FakeApple["mood"]
      apple.asked.length = 0
      await expectUnavailable(() => payWith().verify(receipt), message)
      expect(apple.asked).toHaveLength(2)
    }
    apple.mood = "dead"
    await expectUnavailable(() => payWith().verify(receipt), "cannot be reached")
  })

  test("a slow Apple is waited for no longer than the limit, and not asked again", async () => {
    const { receipt } = apple.sell({ productId: "diamond_60" })
    apple.mood = "slow"
    await expectUnavailable(() => payWith({ timeout: 50 }).verify(receipt), "in time")
    expect(apple.asked).toHaveLength(1)
  })

  test("what Apple refuses for good is refused, and asked for once", async () => {
    const { receipt } = apple.sell({ productId: "diamond_60" })
    await expectRefused(() => payWith().verify("bm90IGEgcmVjZWlwdA=="), "21003")
    await expectUnavailable(() => payWith({ sharedSecret: "another secret" }).verify(receipt), "21004")
    apple.answerNext("final")
    await expectRefused(() => payWith().verify(receipt), "21150")
    expect(apple.asked).toHaveLength(3)
  })

  test("a receipt of another app is refused", async () => {
    const { receipt } = apple.sell({ productId: "diamond_60", bundleId: "com.example.other" })
    await expectRefused(() => payWith().verify(receipt), "another app")
  })

  test("a quantity nobody may buy is refused", async () => {
    for (const quantity of [0, 1_001]) {
      const { receipt, jws } = apple.sell({ productId: "diamond_60", quantity })
      await expectRefused(() => payWith().verify(receipt), `${quantity} packs`)
      await expectRefused(() => payWith().verify(jws), `${quantity} packs`)
    }
    const { receipt, jws } = apple.sell({ productId: "diamond_60", quantity: 1_000 })
    expect((await payWith().verify(receipt))[0]?.quantity).toBe(1_000)
    expect((await payWith().verify(jws))[0]?.quantity).toBe(1_000)
  })

  test("what is no base64, or too long, is not sent on", async () => {
    for (const receipt of ["", "not base64!", "a".repeat(1024 * 1024 + 1)]) {
      await expectRefused(() => payWith().verify(receipt), "not base64")
    }
    expect(apple.asked).toEqual([])
  })
})

describe("signed transactions", () => {
  test("a transaction of the app is read without asking Apple", async () => {
    const accountToken = "7b3b1a5c-6c0e-4f0b-9d5e-1f2a3b4c5d6e"
    const { transactionId, jws } = apple.sell({ productId: "diamond_60", quantity: 2, sandbox: true, accountToken })
    expect(await payWith().verify(jws)).toMatchObject([
      bought(transactionId, "diamond_60", { quantity: 2, sandbox: true, accountTag: accountToken }),
    ])
    apple.refund(transactionId)
    const [refunded] = await payWith().verify(apple.transactionOf(transactionId))
    expect(refunded?.state).toBe("refunded")
    expect(apple.asked).toEqual([])
  })

  test("forgeries are refused", async () => {
    const { transactionId, jws } = apple.sell({ productId: "diamond_60" })
    const pay = payWith()
    const borrowed = await apple.forge(transactionId, "borrowed authority")
    await expectRefused(() => pay.verify(borrowed), "do not lead to Apple's root")
    const selfMade = await apple.forge(transactionId, "self-made root")
    await expectRefused(() => pay.verify(selfMade), "do not lead to Apple's root")
    const tampered = await apple.forge(transactionId, "tampered")
    await expectRefused(() => pay.verify(tampered), "signature")
    const unsigned = await apple.forge(transactionId, "alg none")
    await expectRefused(() => pay.verify(unsigned), "ES256")
    await expectRefused(() => pay.verify(jws.replace(/[^.]*$/, "")), "signature")
    await expectRefused(() => pay.verify(`${jws}.more`), "malformed")
    await expectRefused(() => pay.verify("a.b.c"), "malformed")
    await expectRefused(() => pay.verify(`${"a".repeat(100_000)}.b.c`), "too long")
  })

  test("a signer that is Apple's own but not the store's is refused", async () => {
    const payload = { ...bought("1", "diamond_60"), bundleId: "com.example.live", environment: "Production" }
    for (const options of [{ storeMark: false }, { authorityMark: false }]) {
      const signer = await makeStoreSigner(options)
      const pay = payWith({ rootCertificates: [signer.root] })
      await expectRefused(
        () => pay.verify(signer.sign({ ...payload, signedDate: Date.now() })),
        "not those of the App Store",
      )
    }
    const signer = await makeStoreSigner({ authorityIsCa: false })
    const pay = payWith({ rootCertificates: [signer.root] })
    await expectRefused(() => pay.verify(signer.sign({ ...payload, signedDate: Date.now() })), "do not lead")
  })

  test("a signature on another curve is refused", async () => {
    const signer = await makeStoreSigner({ curve: "secp384r1" })
    const text = signer.sign({ bundleId: "com.example.live", environment: "Production", signedDate: Date.now() })
    await expectRefused(() => payWith({ rootCertificates: [signer.root] }).verify(text), "signature")
  })

  test("certificates must have been good when the text was signed", async () => {
    const signer = await makeStoreSigner({ days: 1 })
    const pay = payWith({ rootCertificates: [signer.root] })
    const day = 24 * 3_600_000
    const signedAt = (signedDate: unknown) =>
      signer.sign({ ...bought("1", "diamond_60"), bundleId: "com.example.live", environment: "Production", signedDate })
    expect(await pay.verify(signedAt(Date.now()))).toMatchObject([bought("1", "diamond_60")])
    for (const date of [Date.now() + 2 * day, Date.now() - 2 * day, 1e300]) {
      await expectRefused(() => pay.verify(signedAt(date)), "not good when it was signed")
    }
    await expectRefused(() => pay.verify(signedAt(undefined)), "no date")
  })

  test("another app, an environment of Xcode's and what is no purchase are refused", async () => {
    const { jws } = apple.sell({ productId: "diamond_60", bundleId: "com.example.other" })
    await expectRefused(() => payWith().verify(jws), "another app")
    const origin = { bundleId: "com.example.live", signedDate: Date.now() }
    for (const environment of ["Xcode", "LocalTesting", undefined]) {
      const text = apple.signer.sign({ ...bought("1", "diamond_60"), ...origin, environment })
      await expectRefused(() => payWith().verify(text), "not from the App Store")
    }
    const empty = apple.signer.sign({ ...origin, environment: "Production" })
    await expectRefused(() => payWith().verify(empty), "not of a purchase")
  })

  test("fewer or more than three certificates are refused", async () => {
    const { jws } = apple.sell({ productId: "diamond_60" })
    const { x5c } = JSON.parse(Buffer.from(jws.split(".")[0] ?? "", "base64url").toString())
    for (const chain of [undefined, [], x5c.slice(0, 2), [...x5c, x5c[2]], [x5c[0], 7, x5c[2]]]) {
      const text = apple.signer.sign({ signedDate: Date.now() }, { x5c: chain })
      await expectRefused(() => payWith().verify(text), "three certificates")
    }
    const garbage = apple.signer.sign({ signedDate: Date.now() }, { x5c: ["AAAA", x5c[1], x5c[2]] })
    await expectRefused(() => payWith().verify(garbage), "certificate of Apple's signed text is malformed")
    const swapped = apple.signer.sign({ signedDate: Date.now() }, { x5c: [x5c[1], x5c[0], x5c[2]] })
    await expectRefused(() => payWith().verify(swapped), "do not lead")
  })

  test("the root that the sender names is of no account", async () => {
    const { jws, transactionId } = apple.sell({ productId: "diamond_60" })
    const { x5c } = JSON.parse(Buffer.from(jws.split(".")[0] ?? "", "base64url").toString())
    const stranger = await makeStoreSigner()
    const payload = JSON.parse(Buffer.from(jws.split(".")[1] ?? "", "base64url").toString())
    const otherThird = apple.signer.sign(payload, {
      x5c: [x5c[0], x5c[1], Buffer.from(stranger.root).toString("base64")],
    })
    expect(await payWith().verify(otherThird)).toMatchObject([bought(transactionId, "diamond_60")])
    const [header = ""] = stranger.sign(payload).split(".")
    const { x5c: theirs } = JSON.parse(Buffer.from(header, "base64url").toString())
    const forged = stranger.sign(payload, { x5c: [theirs[0], theirs[1], x5c[2]] })
    await expectRefused(() => payWith().verify(forged), "do not lead")
  })
})

describe("Apple's own vector", () => {
  const payload = { environment: "Sandbox", bundleId: "com.example", signedDate: 1_672_956_154_000 }
  const roots = [certificateOf(vector.root)]

  test("is accepted under its root and under no other", async () => {
    expect(readJws(vector.jws, roots)).toEqual(payload)
    expect(readJws(vector.jws, [certificateOf(apple.signer.root), ...roots])).toEqual(payload)
    await expectRefused(() => readJws(vector.jws, [certificateOf(apple.signer.root)]), "do not lead")
    await expectRefused(() => readJws(vector.jws, [certificateOf(appleRoot)]), "do not lead")
    await expectRefused(() => readJws(vector.jws, []), "do not lead")
  })

  test("is refused with any part of it changed", async () => {
    const [header = "", body = "", signature = ""] = vector.jws.split(".")
    const other = Buffer.from(JSON.stringify({ ...payload, bundleId: "com.examplf" })).toString("base64url")
    await expectRefused(() => readJws(`${header}.${other}.${signature}`, roots), "signature")
    const flipped = Buffer.from(signature, "base64url")
    flipped.writeUInt8(flipped.readUInt8(40) ^ 1, 40)
    await expectRefused(() => readJws(`${header}.${body}.${flipped.toString("base64url")}`, roots), "signature")
    const { x5c: _, ...bare } = JSON.parse(Buffer.from(header, "base64url").toString())
    const withoutChain = Buffer.from(JSON.stringify(bare)).toString("base64url")
    await expectRefused(() => readJws(`${withoutChain}.${body}.${signature}`, roots), "three certificates")
  })

  test("is of another app than ours", async () => {
    const rootCertificates = [Buffer.from(vector.root, "base64")]
    await expectRefused(() => payWith({ rootCertificates }).verify(vector.jws), "another app")
    const theirs = payWith({ rootCertificates, bundleId: "com.example" })
    await expectRefused(() => theirs.verify(vector.jws), "not of a purchase")
  })

  test("the pinned root is Apple's", () => {
    expect(createHash("sha256").update(appleRoot).digest("hex")).toBe(
      "63343abfb89a6a03ebb57e9b3f5fa7be7c4f5c756f3017b3a8c488c3653e9179",
    )
    const root = certificateOf(appleRoot)
    expect(root.verify(root.publicKey)).toBe(true)
    // Subject key identifier, basic constraints, key usage.
    expect(extensionsOf(root)).toEqual(["2.5.29.14", "2.5.29.19", "2.5.29.15"])
  })

  test("without another root, Apple's is the one", async () => {
    const { jws } = apple.sell({ productId: "diamond_60" })
    await expectRefused(() => payWith({ rootCertificates: undefined }).verify(jws), "do not lead")
  })
})

describe("notices", () => {
  /** A server of ours, as far as notices go: it dedupes by their ids. */
  function receiver() {
    const heard: unknown[] = []
    const seen = new Set<string>()
    const server = Bun.serve({
      port: 0,
      async fetch(request) {
        try {
          const body = new Uint8Array(await request.arrayBuffer())
          const { id, purchases } = await payWith().readNotice({ headers: request.headers, body })
          if (!seen.has(id)) heard.push(...purchases)
          seen.add(id)
          return new Response()
        } catch (error) {
          return new Response(String(error), { status: error instanceof PayRefused ? 400 : 500 })
        }
      },
    })
    return { heard, url: server.url.href, [Symbol.asyncDispose]: () => server.stop(true) }
  }

  test("a refund, its repetition and its reversal are told once each", async () => {
    await using ours = receiver()
    const { transactionId } = apple.sell({ productId: "diamond_60", quantity: 2 })
    apple.refund(transactionId)
    expect((await apple.notify(ours.url, "REFUND", transactionId, "notice-1")).status).toBe(200)
    expect((await apple.notify(ours.url, "REFUND", transactionId, "notice-1")).status).toBe(200)
    apple.restore(transactionId)
    expect((await apple.notify(ours.url, "REFUND_REVERSED", transactionId)).status).toBe(200)
    expect(ours.heard).toMatchObject([
      bought(transactionId, "diamond_60", { quantity: 2, state: "refunded" }),
      bought(transactionId, "diamond_60", { quantity: 2 }),
    ])
  })

  test("the type says what became of the purchase", async () => {
    const { transactionId } = apple.sell({ productId: "diamond_60", sandbox: true })
    for (const [type, state] of [
      ["REFUND", "refunded"],
      ["REVOKE", "refunded"],
      ["REFUND_REVERSED", "paid"],
      ["ONE_TIME_CHARGE", "paid"],
    ] as const) {
      const notice = await payWith().readNotice(callback(apple.noticeOf(type, transactionId, `notice of ${type}`)))
      expect(notice).toMatchObject({
        id: `notice of ${type}`,
        purchases: [bought(transactionId, "diamond_60", { state, sandbox: true })],
        refundReversed: type === "REFUND_REVERSED",
      })
    }
    apple.refund(transactionId)
    const late = await payWith().readNotice(callback(apple.noticeOf("ONE_TIME_CHARGE", transactionId)))
    expect(late.purchases[0]?.state).toBe("refunded")
  })

  test("a test, a renewal and what Apple has not thought of yet concern no purchase", async () => {
    const { transactionId } = apple.sell({ productId: "diamond_60" })
    for (const [type, id] of [["TEST"], ["DID_RENEW", transactionId], ["SOMETHING_NEW", transactionId]]) {
      const notice = await payWith().readNotice(callback(apple.noticeOf(type ?? "", id, `notice of ${type}`)))
      expect(notice).toEqual({ id: `notice of ${type}`, purchases: [], refundReversed: false })
    }
    const summary = { notificationType: "RENEWAL_EXTENSION", notificationUUID: "notice", signedDate: Date.now() }
    const body = JSON.stringify({ signedPayload: apple.signer.sign(summary) })
    expect(await payWith().readNotice(callback(body))).toEqual({ id: "notice", purchases: [], refundReversed: false })
  })

  test("a notice of another app, by its name or number, is refused", async () => {
    const { transactionId } = apple.sell({ productId: "diamond_60" })
    const read = (changes: object, options: Partial<AppleOptions> = {}) =>
      payWith(options).readNotice(callback(apple.noticeOf("REFUND", transactionId, undefined, changes)))
    await expectRefused(() => read({ bundleId: "com.example.other" }), "another app")
    await expectRefused(() => read({ appAppleId: 1 }), "number")
    await expectRefused(() => read({ appAppleId: undefined }), "number")
    await expectRefused(() => read({ environment: "Xcode" }), "not from the App Store")
    await expectRefused(() => read({ environment: "Sandbox" }), "two environments")
    expect((await read({ appAppleId: 1 }, { appAppleId: undefined })).purchases).toHaveLength(1)
    const foreign = apple.sell({ productId: "diamond_60", bundleId: "com.example.other" })
    await expectRefused(() => read({ signedTransactionInfo: foreign.jws }), "another app")
    const forged = await apple.forge(transactionId, "self-made root")
    await expectRefused(() => read({ signedTransactionInfo: forged }), "do not lead")
  })

  test("a notice that is forged or none is refused", async () => {
    await using ours = receiver()
    const stranger = await makeStoreSigner()
    const notice = { notificationType: "TEST", notificationUUID: "notice", signedDate: Date.now() }
    const forged = JSON.stringify({ signedPayload: stranger.sign(notice) })
    expect((await fetch(ours.url, { method: "POST", body: forged })).status).toBe(400)
    for (const body of ["", "{}", "null", '{"signedPayload":7}', "7"]) {
      await expectRefused(() => payWith().readNotice(callback(body)), "Apple's notice is malformed")
    }
    const padded = `${apple.noticeOf("TEST")}${" ".repeat(128 * 1024)}`
    await expectRefused(() => payWith().readNotice(callback(padded)), "too long")
    const nameless = apple.signer.sign({ notificationType: "TEST", signedDate: Date.now() })
    const body = JSON.stringify({ signedPayload: nameless })
    await expectRefused(() => payWith().readNotice(callback(body)), "malformed")
  })
})

describe("looking up", () => {
  test("Apple tells what became of a purchase, in its own environment", async () => {
    const { transactionId } = apple.sell({ productId: "diamond_60", quantity: 2 })
    const { transactionId: played } = apple.sell({ productId: "diamond_60", sandbox: true })
    const pay = payWith()
    expect(await pay.lookUp(transactionId, false)).toMatchObject(
      bought(transactionId, "diamond_60", { quantity: 2 }) as never,
    )
    apple.refund(transactionId)
    expect((await pay.lookUp(transactionId, false))?.state).toBe("refunded")
    expect((await pay.lookUp(played, true))?.sandbox).toBe(true)
    await expectRefused(() => pay.lookUp(played, false), "4040010")
    await expectRefused(() => pay.lookUp("2999", false), "4040010")
  })

  test("a number that could be a path is not asked for", async () => {
    await expectRefused(() => payWith().lookUp("../../x", false), "numbered so")
    expect(apple.asked).toEqual([])
  })

  test("without a key nothing is looked up", async () => {
    const { transactionId } = apple.sell({ productId: "diamond_60" })
    for (const name of ["issuerId", "keyId", "privateKeyPem"]) {
      expect(await payWith({ [name]: undefined }).lookUp(transactionId, false)).toBeUndefined()
    }
    expect(apple.asked).toEqual([])
  })

  test("a key that Apple does not know, or a clock that is wrong, tells nothing of the purchase", async () => {
    const { transactionId } = apple.sell({ productId: "diamond_60" })
    for (const wrong of [{ keyId: "ANOTHERKEY" }, { issuerId: "another" }, { now: () => 1_600_000_000_000 }]) {
      await expectUnavailable(() => payWith(wrong).lookUp(transactionId, false), "401")
    }
  })

  test("a trouble that passes is not noticed, and one that stays is unavailable", async () => {
    apple.sell({ productId: "diamond_60" })
    const { transactionId } = apple.sell({ productId: "diamond_60" })
    const pay = payWith({ timeout: 200 })
    apple.answerNext("broken")
    expect((await pay.lookUp(transactionId, false))?.transactionId).toBe(transactionId)
    for (const [mood, message] of [
      ["broken", "503"],
      ["lost", "404"],
      ["mistaken", "another transaction"],
      ["dead", "cannot be reached"],
      ["slow", "in time"],
    ] as const) {
      apple.mood = mood
      await expectUnavailable(() => pay.lookUp(transactionId, false), message)
    }
  })

  test("a malformed key is told at once, and not printed", async () => {
    const privateKeyPem = "-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----"
    const error = await errorOf(() => payWith({ privateKeyPem }))
    expect(error.message).toContain("not a P-256 PEM key")
    expect(Bun.inspect(error)).not.toContain("c2VjcmV0")
  })
})

describe("the doctor", () => {
  test("finds nothing wrong with a store that knows the key", async () => {
    expect(await payWith().check()).toBeUndefined()
    expect(await payWith({ keyId: undefined }).check()).toBeUndefined()
  })

  test("notices a key that Apple does not know, and that Apple is not there", async () => {
    expect(await payWith({ keyId: "ANOTHERKEY" }).check()).toContain("401")
    expect(await payWith({ verifyUrl: "http://127.0.0.1:9/" }).check()).toContain("cannot be reached")
  })
})

test("no error tells a secret or a receipt", async () => {
  const { receipt, transactionId } = apple.sell({ productId: "diamond_60" })
  const pay = payWith({ timeout: 50 })
  const calls = [() => pay.verify(receipt), () => pay.lookUp(transactionId, false)]
  for (const mood of ["dead", "slow", "broken", "endless", "malformed", "final"] as const) {
    apple.mood = mood
    for (const call of calls) {
      const told = await call().then(String, (error) => Bun.inspect(error))
      expect(told).not.toContain(apple.settings.sharedSecret)
      expect(told).not.toContain(receipt)
      expect(told).not.toContain("Bearer ey")
    }
  }
})
