import { describe, expect, test } from "bun:test"
import fc from "fast-check"
import { FormFault, type FormFile, readMultipart } from "../../src/providers/files/multipart.ts"

const type = "multipart/form-data; boundary=line"

async function* inPieces(bytes: Uint8Array, sizes: number[]) {
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const size = sizes[turn % sizes.length] ?? bytes.length
    yield bytes.subarray(at, at + size)
    at += size
  }
}

/** Reads a form, taking every file whole. */
async function read(body: string | Uint8Array, contentType = type, sizes = [Number.MAX_SAFE_INTEGER]) {
  const files: (FormFile & { bytes: string })[] = []
  const bytes = typeof body === "string" ? Buffer.from(body, "latin1") : body
  const fields = await readMultipart(contentType, inPieces(bytes, sizes), (file) => {
    const taken = { ...file, bytes: "" }
    files.push(taken)
    return async (some) => {
      taken.bytes += Buffer.from(some).toString("latin1")
    }
  })
  return { fields, files }
}

const part = (header: string, body: string) => `--line\r\n${header}\r\n\r\n${body}\r\n`

describe("a form", () => {
  test("is read in whatever pieces it comes", async () => {
    const content = "\r\n--lin\r\n--\r\n-line\0\xff"
    const body = `preamble\r\n${part('Content-Disposition: form-data; name="key"', "k")}${part(
      'Content-Disposition: form-data; name="file"; filename="a.jpg"\r\nContent-Type: image/jpeg',
      content,
    )}${part('content-disposition: form-data; name="x:a"', "")}--line--\r\nepilogue`
    const whole = await read(body)
    expect(whole).toEqual({
      fields: { key: "k", "x:a": "" },
      files: [{ field: "file", name: "a.jpg", type: "image/jpeg", bytes: content }],
    })
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 }), async (sizes) => {
        expect(await read(body, type, sizes)).toEqual(whole)
      }),
      { numRuns: 300 },
    )
  })

  test("may come as Android's SDK writes it, with a bare line feed, and with names escaped or not", async () => {
    const android = part(
      'Content-Disposition: form-data; name="file"; filename="my \\"best\\" name=x.jpg"\nContent-Type:image/jpeg',
      "1",
    )
    const bare = part("Content-Disposition: form-data; name=token", "t")
    const { files, fields } = await read(`${android}${bare}--line--`)
    expect(files).toMatchObject([{ field: "file", name: 'my "best" name=x.jpg', type: "image/jpeg" }])
    expect(fields).toEqual({ token: "t" })
    for (const asType of [
      'multipart/form-data; boundary="line"',
      "Multipart/Form-Data; charset=utf-8; boundary=line",
    ]) {
      expect((await read(`${bare}--line--`, asType)).fields).toEqual({ token: "t" })
    }
  })

  test("has of a field named twice the first, and no name that means something to the language", async () => {
    const field = (name: string, value: string) => part(`Content-Disposition: form-data; name="${name}"`, value)
    const body = `${field("a", "1")}${field("a", "2")}${field("__proto__", "p")}${field("toString", "s")}--line--`
    const { fields } = await read(body)
    expect(Object.entries(fields)).toEqual([
      ["a", "1"],
      ["__proto__", "p"],
      ["toString", "s"],
    ])
  })

  test("that a browser writes is read as the browser means it", async () => {
    const form = new FormData()
    form.append("token", "t")
    form.append("file", new Blob(["bytes"], { type: "image/png" }), "é.png")
    const { headers, body } = new Response(form)
    const files: FormFile[] = []
    const fields = await readMultipart(headers.get("content-type") ?? "", body ?? new ReadableStream(), (file) => {
      files.push(file)
      return undefined
    })
    expect({ fields, files }).toEqual({
      fields: { token: "t" },
      files: [{ field: "file", name: "é.png", type: "image/png" }],
    })
  })
})

describe("a form that is none", () => {
  const field = part('Content-Disposition: form-data; name="a"', "1")

  test.each([
    ["without a boundary", field, "multipart/form-data"],
    ["with an empty one", field, "multipart/form-data; boundary="],
    ["with one too long", field, `multipart/form-data; boundary=${"b".repeat(71)}`],
    ["of another kind", field, "multipart/mixed; boundary=line"],
    ["that ends early", field, type],
    ["that is empty", "", type],
    ["with something behind a boundary", `--line garbage\r\n${field}--line--`, type],
    [
      "with a header too long",
      `${part(`Content-Disposition: form-data; name="${"n".repeat(9_000)}"`, "")}--line--`,
      type,
    ],
    ["with a field too long", `${part('Content-Disposition: form-data; name="a"', "x".repeat(66_000))}--line--`, type],
    ["with too many fields", `${field.repeat(100)}--line--`, type],
  ])("%s is refused", async (_, body, asType) => {
    await expect(read(body, asType)).rejects.toBeInstanceOf(FormFault)
  })

  test("of any bytes is read or refused", async () => {
    const body = `${field}${part('Content-Disposition: form-data; name="file"; filename="f"', "abc")}--line--`
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 20 }), fc.nat(body.length), fc.nat(30), async (bytes, at, cut) => {
        const changed = Buffer.concat([Buffer.from(body.slice(0, at)), bytes, Buffer.from(body.slice(at + cut))])
        await read(changed, type, [7]).catch((error) => expect(error).toBeInstanceOf(FormFault))
      }),
      { numRuns: 2_000, interruptAfterTimeLimit: 3_000 },
    )
  })
})
