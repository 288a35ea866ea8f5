import { expect, test } from "bun:test"
import { createEtag, etagOf } from "../../src/providers/files/etag.ts"

const zeros = (length: number, end = "") => Buffer.concat([Buffer.alloc(length), Buffer.from(end)])

/** Of Qiniu's own SDKs' tests, but for the exact block and the words. */
const known: [string, Uint8Array, string][] = [
  ["nothing", Buffer.alloc(0), "Fto5o-5ea0sNMlW_75VgGJCv2AcJ"],
  ["a word", Buffer.from("etag"), "FpLiADEaVoALPkdb8tJEJyRTXoe_"],
  ["two words", Buffer.from("hello qiniu"), "Frs7vCeNNaliuJ9hZcYoluG0Le2R"],
  ["a megabyte", zeros(1_048_575, "0"), "FnlAdmDasGTQOIgrU1QIZaGDv_1D"],
  ["a block", zeros(4_194_304), "FivMvS848VwT631aif2dhfWV4jvD"],
  ["a block and a byte", zeros(4_194_304, "0"), "ljF323utglY3GI6AvLgawSJ4_dgk"],
]

test.each(known)("the hash of %s is Qiniu's", (_, bytes, hash) => {
  expect(etagOf(bytes)).toBe(hash)
})

test("it is the same in whatever pieces the bytes come", () => {
  const bytes = zeros(9_000_000, "0")
  const etag = createEtag()
  for (let at = 0, step = 1; at < bytes.length; at += step, step = ((step * 7) % 700_001) + 1) {
    etag.add(bytes.subarray(at, at + step))
  }
  expect(etag.end()).toBe(etagOf(bytes))
})
