import { describe, expect, test } from "bun:test"
import qiniu from "qiniu"
import {
  assertSize,
  assertType,
  bucketOf,
  keyFor,
  type Policy,
  readToken,
  writeToken,
} from "../../src/providers/files/builtin/policy.ts"
import { UploadFault } from "../../src/providers/files/builtin/reply.ts"
import { fill } from "../../src/providers/files/builtin/variables.ts"

const keys = { accessKey: "ak", secretKey: "sk" }
/** In milliseconds since 1970. */
const now = 1_785_583_800_000
const policy: Policy = { scope: "face:a.jpg", deadline: 1_785_600_000 }

/** What an upload is refused with, or "allowed". */
function verdict(attempt: () => unknown): string {
  try {
    attempt()
    return "allowed"
  } catch (error) {
    if (!(error instanceof UploadFault)) throw error
    return `${error.status} ${error.message}`
  }
}

describe("a token", () => {
  test("is the one of Qiniu's documentation, and written as Qiniu's package writes it", () => {
    const documented = {
      scope: "my-bucket:sunflower.jpg",
      deadline: 1_451_491_200,
      returnBody: '{"name":$(fname),"size":$(fsize),"w":$(imageInfo.width),"h":$(imageInfo.height),"hash":$(etag)}',
    }
    const token = writeToken({ accessKey: "MY_ACCESS_KEY", secretKey: "MY_SECRET_KEY" }, documented)
    expect(token.split(":")[1]).toBe("wQ4ofysef1R7IKnrziqtomqyDvI=")

    const theirs = new qiniu.rs.PutPolicy({ scope: "face:b.jpg", expires: 60, fsizeLimit: 9 })
    const read = readToken(keys, theirs.uploadToken(new qiniu.auth.digest.Mac("ak", "sk")), Date.now())
    expect(read).toMatchObject({ scope: "face:b.jpg", fsizeLimit: 9 })
    expect(Math.abs(read.deadline - 60 - Date.now() / 1_000)).toBeLessThan(5)
  })

  test("is read back, until it is over", () => {
    const token = writeToken(keys, policy)
    expect(readToken(keys, token, now)).toEqual(policy)
    expect(verdict(() => readToken(keys, token, policy.deadline * 1_000 - 1))).toBe("allowed")
    expect(verdict(() => readToken(keys, token, policy.deadline * 1_000))).toBe("401 expired token")
  })

  test("of another make is refused", () => {
    const token = writeToken(keys, policy)
    const [ak = "", sign = "", encoded = ""] = token.split(":")
    const other = Buffer.from(JSON.stringify({ ...policy, scope: "face:b.jpg" })).toString("base64")
    for (const forged of [
      "",
      "::",
      `${ak}:${sign}`,
      `${token}:x`,
      `x:${token}`,
      `${ak}:${sign}:${other}`,
      `${ak}:${sign.toLowerCase()}:${encoded}`,
      `other:${sign}:${encoded}`,
      writeToken({ ...keys, secretKey: "guess" }, policy),
      writeToken(keys, { ...policy, scope: "" }),
      writeToken(keys, { ...policy, scope: `face:${"x".repeat(9_000)}` }),
    ]) {
      expect([forged.slice(0, 80), verdict(() => readToken(keys, forged, now))]).toEqual([
        forged.slice(0, 80),
        "401 bad token",
      ])
    }
  })
})

describe("a policy", () => {
  test("names the bucket", () => {
    expect(bucketOf(policy)).toBe("face")
    expect(bucketOf(policy, "face")).toBe("face")
    expect(verdict(() => bucketOf(policy, "cover"))).toBe("403 no such bucket")
    expect(verdict(() => bucketOf({ ...policy, scope: "elsewhere:a.jpg" }))).toBe("403 no such bucket")
  })

  test.each<[string, Partial<Policy>, string | undefined, string]>([
    ["the key of the scope", {}, "a.jpg", "a.jpg"],
    ["another key", {}, "b.jpg", "403"],
    ["no key, which then is the hash", {}, undefined, "403"],
    ["no key in a bucket", { scope: "face" }, undefined, "HASH"],
    ["any key in a bucket", { scope: "face" }, "b.jpg", "b.jpg"],
    ["an empty key in a bucket", { scope: "face" }, "", ""],
    ["a key with colons", { scope: "face:a:b" }, "a:b", "a:b"],
    ["a key with the prefix", { scope: "face:a", isPrefixalScope: 1 }, "abc", "abc"],
    ["a key without it", { scope: "face:a", isPrefixalScope: 1 }, "bc", "403"],
    ["a key and a template", { scope: "face", saveKey: "$(year)/$(etag)$(ext)" }, "b.jpg", "b.jpg"],
    ["no key and a template", { scope: "face", saveKey: "$(year)/$(etag)$(ext)" }, undefined, "2026/HASH.png"],
    ["a key that a template overrides", { scope: "face", saveKey: "$(x:a)", forceSaveKey: true }, "b.jpg", "red"],
    ["a template that leaves the scope", { saveKey: "c.jpg" }, undefined, "403"],
  ])("says of %s what it says", (_, change, given, wanted) => {
    const variables = { etag: "HASH", year: "2026", ext: ".png", "x:a": "red" }
    const attempt = () => keyFor({ ...policy, ...change }, given, variables)
    if (wanted === "403") expect(verdict(attempt)).toBe("403 key doesn't match with scope")
    else expect(attempt()).toBe(wanted)
  })

  test("bounds the size", () => {
    const bounded = { ...policy, fsizeMin: 5, fsizeLimit: 10 }
    expect([4, 5, 10, 11].map((bytes) => verdict(() => assertSize(bounded, bytes)))).toEqual([
      "403 less than FsizeMin",
      "allowed",
      "allowed",
      "413 exceed FsizeLimit",
    ])
  })

  test.each<[Partial<Policy>, string | undefined, boolean]>([
    [{}, undefined, true],
    [{}, "image/png", true],
    [{}, "application/octet-stream", true],
    [{}, "image/jpeg", false],
    [{ detectMime: 1 }, "image/jpeg", true],
    [{ mimeLimit: "image/*" }, "image/png", true],
    [{ mimeLimit: "image/jpeg;image/png" }, "image/png", true],
    [{ mimeLimit: "image/jpeg;image/gif" }, "image/png", false],
    [{ mimeLimit: "image/jpeg", detectMime: 1 }, "image/jpeg", false],
    [{ mimeLimit: "!image/png" }, undefined, false],
    [{ mimeLimit: "!video/*;image/gif" }, undefined, true],
  ])("%j takes a PNG called %s: %p", (change, claimed, isTaken) => {
    const said = verdict(() => assertType({ ...policy, ...change }, "image/png", claimed))
    expect(said.startsWith(isTaken ? "allowed" : "403 limited mimeType")).toBe(true)
  })
})

test("templates are filled in with texts in quotes, numbers as they are, and null for what is not known", () => {
  const variables = { fname: 'a"b', fsize: 7, "x:a": "red", mimeType: undefined }
  const template = '{"name":$(fname),"size":$(fsize),"a":$(x:a),"type":$(mimeType),"w":$(imageInfo.width)}'
  expect(JSON.parse(fill(template, variables, "json"))).toEqual({ name: 'a"b', size: 7, a: "red", type: null, w: null })
  expect(fill("$(x:a)/$(constructor)/$(fname)/$$(fsize)$(", variables, "plain")).toBe('red//a"b/$7$(')
})
