import { afterAll, describe, expect, test } from "bun:test"
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { keyFile, loadKeys } from "../src/keys.ts"

const dataDir = mkdtempSync(join(tmpdir(), "mili-keys-"))
afterAll(() => rmSync(dataDir, { recursive: true, force: true }))

const keysOf = (digit: string) => loadKeys({ dataKey: digit.repeat(64), dataDir })
const keys = keysOf("a")

test("without a data key one is made in the data folder, its owner's alone, and found again", () => {
  const made = loadKeys({ dataKey: undefined, dataDir })
  const path = join(dataDir, keyFile)
  expect(statSync(path).mode & 0o777).toBe(0o600)
  expect(readFileSync(path, "utf8")).toMatch(/^[0-9a-f]{64}\n$/)
  const sealed = made.seal("card number", "4111111111111111")
  expect(loadKeys({ dataKey: undefined, dataDir }).unseal("card number", sealed)).toBe("4111111111111111")
})

test("a key file that holds no key is refused", () => {
  const elsewhere = mkdtempSync(join(dataDir, "other-"))
  writeFileSync(join(elsewhere, keyFile), "nothing")
  expect(() => loadKeys({ dataKey: undefined, dataDir: elsewhere })).toThrow("does not hold a key")
})

test("a signature stays the same for a purpose and a text, under one data key", () => {
  const signature = keys.sign("stream", "7")
  expect(signature).toMatch(/^[0-9a-f]{64}$/)
  expect(keysOf("a").sign("stream", "7")).toBe(signature)
  for (const other of [keys.sign("stream", "8"), keys.sign("sms code", "7"), keysOf("b").sign("stream", "7")]) {
    expect(other).not.toBe(signature)
  }
})

describe("a sealed text", () => {
  test.each(["", "4111 1111 1111 1111", "安娜", "a.b.c", "é".repeat(10_000)])("comes out as it was", (text) => {
    const sealed = keys.seal("card number", text)
    expect(sealed).toMatch(/^v1\.[\w-]+$/)
    expect(keys.unseal("card number", sealed)).toBe(text)
  })

  test("shows nothing of what is in it, not even that it is the same as another", () => {
    const sealed = keys.seal("card number", "4111111111111111")
    expect(keys.seal("card number", "4111111111111111")).not.toBe(sealed)
    expect(Buffer.from(sealed.slice(3), "base64url").toString("latin1")).not.toContain("1111")
  })

  test("opens for its own purpose and data key alone", () => {
    const sealed = keys.seal("card number", "4111111111111111")
    expect(() => keys.unseal("card holder", sealed)).toThrow()
    expect(() => keysOf("b").unseal("card number", sealed)).toThrow()
  })

  test("does not open once any byte of it was changed, cut off or put before", () => {
    const [version, content = ""] = keys.seal("card number", "4111").split(".")
    const bytes = Buffer.from(content, "base64url")
    const opens = (changed: Uint8Array) => () =>
      keys.unseal("card number", `${version}.${Buffer.from(changed).toString("base64url")}`)
    expect(opens(bytes)()).toBe("4111")
    for (const at of bytes.keys()) {
      expect(opens(bytes.with(at, (bytes[at] ?? 0) ^ 1))).toThrow()
      expect(opens(bytes.subarray(0, at))).toThrow()
    }
    expect(opens(Buffer.concat([Buffer.from("x"), bytes]))).toThrow()
  })

  test("of a way not known is refused rather than guessed at", () => {
    const sealed = keys.seal("card number", "4111")
    for (const other of [sealed.replace("v1", "v2"), sealed.slice(3), "", "4111"]) {
      expect(() => keys.unseal("card number", other)).toThrow("not sealed in a way known here")
    }
  })
})
