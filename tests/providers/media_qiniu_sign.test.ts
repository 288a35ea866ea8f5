import { describe, expect, test } from "bun:test"
import { qiniuAuthorization, qiniuSign } from "../../src/providers/media/qiniu_sign.ts"
import { piliAuthorization } from "../support/fakes/pili_sign.ts"

describe("signatures", () => {
  const ak = { accessKey: "ak", secretKey: "sk" }
  const python = { accessKey: "abcdefghklmnopq", secretKey: "1234567890" }
  const form = "application/x-www-form-urlencoded"

  test.each([
    ["abc", "/thub/tkey?e=1234571490", "qXis9DxDwd1ZUej6Fh6f47goib4="],
    ["12345678", "/testhub/teststreamtitle?expire=1584522520", "zYvN7rHgJiw2QUSo_xRoBZIf1kM="],
    ["12345678", "/testhub/teststreamtitle?nonce=1490344051000", "hp89Z23VZefWlcC5JkIhNQd-lC8="],
    ["sk", "/fashion/2148421200346306?e=1490344051", "nYplC-5HcwmN4gcCK10kXv7c8P8="],
  ])("of an address: %p, %p", (key, text, sign) => {
    expect(qiniuSign(key, text)).toBe(sign)
  })

  test("of calls and callbacks, as Qiniu's own packages have them", () => {
    const streams = "/v2/hubs/fashion/streams"
    const json = { host: "pili.qiniuapi.com", contentType: "application/json" }
    const created = { method: "POST", target: streams, ...json, body: '{"key":"s1"}' }
    expect(qiniuAuthorization(ak, created)).toBe("Qiniu ak:VAbYszIPoIvHnepALFHNQn3ofnQ=")
    const live = { method: "GET", target: `${streams}/czE=/live`, host: "pili.qiniuapi.com" }
    expect(qiniuAuthorization(ak, live)).toBe("Qiniu ak:I9CEUFd0tpyrm_m1t6cj9QpR028=")
    const saved = { method: "POST", target: `${streams}/czE=/saveas`, ...json, body: '{"start":0,"end":1490860620}' }
    expect(qiniuAuthorization(ak, saved)).toBe("Qiniu ak:IOb_4XqeA7H4jP2pL3JctnyDfHo=")

    const local = { method: "POST", target: "/cb", host: "127.0.0.1:8080", contentType: "application/json" }
    expect(qiniuAuthorization(ak, { ...local, body: '{"a":1}' })).toBe("Qiniu ak:XRKp9aevnYMDdCjYAe2epHm0x5w=")
    const bare = { method: "GET", target: "", host: "", contentType: "application/json", body: '{"name": "test"}' }
    expect(qiniuAuthorization(ak, bare)).toBe("Qiniu ak:K1DI0goT05yhGizDFE5FiPJxAj4=")

    const headers = new Headers({ "x-qiniu-bbb": "BBB", "X-Qiniu-Aaa": "DDD", "X-Qiniu-": "-", "X-Reqid": "1" })
    const upload = { method: "GET", target: "", host: "upload.qiniup.com", contentType: form, headers }
    const named = { ...upload, body: "name=test&language=go" }
    expect(qiniuAuthorization(ak, named)).toBe("Qiniu ak:KUAhrYh32P9bv0COD8ugZjDCmII=")
    const callback = { method: "GET", target: "/callback", host: "test.qiniu.com", contentType: form }
    const body = "name=sunflower.jpg&hash=Fn6qeQi4VDLQ347NiRm-RlQx_4O2&location=Shanghai&price=1500.00&uid=123"
    const sunflower = { ...callback, headers: new Headers({ "X-Qiniu-Bbb": "BBB" }), body }
    expect(qiniuAuthorization(python, sunflower)).toBe("Qiniu abcdefghklmnopq:ZqS7EZuAKrhZaEIxqNGxDJi41IQ=")
  })

  test.each([undefined, "application/json", "application/octet-stream", form])(
    "of a body of the type %p, as Qiniu's package of this version makes them",
    (contentType) => {
      for (const host of ["pili.qiniuapi.com", "127.0.0.1:8080"]) {
        const request = { method: "POST", host, target: "/v2/hubs/a/streams?x=%41", contentType, body: "ä" }
        expect(qiniuAuthorization(ak, request)).toBe(piliAuthorization(ak, request))
      }
    },
  )

  test("of storage calls, as Qiniu's package of this version makes them", async () => {
    const { default: qiniu } = await import("qiniu")
    const mac = new qiniu.auth.digest.Mac("ak", "sk")
    const headers = { "X-Qiniu-Date": "20260801T113000Z", "X-Qiniu-Abc-Def": "x" }
    for (const [target, body] of [
      ["/delete/ZXZlbmluZ3M6YS5tM3U4", ""],
      ["/batch?x=1", "op=/delete/ZXZlbmluZ3M6YS5tM3U4"],
    ] as const) {
      const theirs = qiniu.util.generateAccessTokenV2(
        mac,
        `https://rs.example.com${target}`,
        "POST",
        form,
        body,
        headers,
      )
      const request = { method: "POST", host: "rs.example.com", target, contentType: form, body }
      expect(qiniuAuthorization(ak, { ...request, headers: new Headers(headers) })).toBe(theirs)
    }
  })
})
