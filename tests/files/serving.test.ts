import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test"
import { connect } from "node:net"
import { startApp, type TestApp } from "../support/app.ts"
import { registers } from "../support/cast.ts"
import { drawn, drawnJpeg, noisePng, segment, withSegments } from "../support/images.ts"
import type { Phone } from "../support/phone.ts"
import { asksToUpload, atApp, uploads } from "./stage.ts"

setDefaultTimeout(30_000)

let app: TestApp
let ana: Phone
let address: string
const picture = noisePng(100, 100)

beforeAll(async () => {
  app = await startApp()
  ana = await registers(app, "Ana")
  address = await gives(picture)
})
afterAll(() => app[Symbol.asyncDispose]())

async function gives(file: Uint8Array): Promise<string> {
  const grant = await asksToUpload(ana, file === picture ? 1 : 2)
  expect((await uploads(app, grant, file)).status).toBe(200)
  return atApp(app, grant.url)
}

const asks = (headers: Record<string, string> = {}, method = "GET") => fetch(address, { method, headers })

describe("a picture", () => {
  test("is shown as what it is, to be kept for a year, with no power at all", async () => {
    const response = await asks()
    expect(Buffer.from(await response.bytes())).toEqual(picture)
    expect(Object.fromEntries(response.headers)).toMatchObject({
      "content-type": "image/png",
      "content-length": String(picture.length),
      "cache-control": "public, max-age=31536000, immutable",
      "accept-ranges": "bytes",
      "x-content-type-options": "nosniff",
      "content-security-policy": "default-src 'none'; sandbox",
      "access-control-allow-origin": "*",
      "cross-origin-resource-policy": "cross-origin",
    })
    const head = await asks({}, "HEAD")
    expect([head.status, head.headers.get("content-type"), await head.text()]).toEqual([200, "image/png", ""])
  })

  test("is known again by its tag", async () => {
    const tag = (await asks()).headers.get("etag") ?? ""
    expect(tag).toMatch(/^"[0-9a-f]{64}"$/)
    for (const known of [tag, `W/${tag}`, `"x", ${tag}`, "*"]) {
      const response = await asks({ "If-None-Match": known })
      expect([response.status, await response.text()]).toEqual([304, ""])
    }
    expect((await asks({ "If-None-Match": '"x"' })).status).toBe(200)
  })

  test("is shown in parts", async () => {
    const part = async (range: string, more: Record<string, string> = {}) => {
      const response = await asks({ Range: range, ...more })
      const bytes = Buffer.from(await response.bytes())
      return { status: response.status, range: response.headers.get("content-range"), bytes }
    }
    const size = picture.length
    expect(await part("bytes=10-19")).toEqual({
      status: 206,
      range: `bytes 10-19/${size}`,
      bytes: picture.subarray(10, 20),
    })
    expect(await part("bytes=-5")).toMatchObject({ status: 206, bytes: picture.subarray(-5) })
    expect(await part(`bytes=${size - 3}-`)).toMatchObject({ status: 206, bytes: picture.subarray(-3) })
    expect(await part(`bytes=${size}-`)).toMatchObject({ status: 416, range: `bytes */${size}` })
    expect((await part("bytes=0-1,5-6")).bytes).toEqual(picture)
    expect((await part("bytes=10-19", { "If-Range": '"old"' })).bytes).toEqual(picture)
  })
})

test.each([
  ["JPEG", "image/jpeg", () => drawnJpeg()],
  ["GIF", "image/gif", () => drawn(["-f", "gif", "-"])],
  ["WebP", "image/webp", () => drawn(["-frames:v", "1", "-c:v", "libwebp", "-f", "webp", "-"])],
])("a %s is shown as one, whatever the app called it", async (_, type, draw) => {
  const response = await fetch(await gives(await draw()))
  expect(response.headers.get("content-type")).toBe(type)
})

test("a page inside a picture is no page", async () => {
  const page = "<html><script>fetch('/user/modify_info_sign')</script></html>"
  const jpeg = await drawnJpeg()
  const inside = withSegments(jpeg, segment(0xfe, Buffer.from(page)), segment(0xe0, Buffer.from(page)))
  const behind = Buffer.concat([jpeg, Buffer.from(page)])
  // In the coded data itself, from where nothing can take it.
  const coded = Buffer.concat([jpeg.subarray(0, -2), Buffer.from(page), jpeg.subarray(-2)])
  for (const [file, holdsPage] of [
    [inside, false],
    [behind, false],
    [coded, true],
  ] as const) {
    const response = await fetch(await gives(file))
    expect(response.headers.get("content-type")).toBe("image/jpeg")
    expect(response.headers.get("x-content-type-options")).toBe("nosniff")
    expect(response.headers.get("content-security-policy")).toContain("sandbox")
    expect(Buffer.from(await response.bytes()).includes("<script>")).toBe(holdsPage)
  }
})

describe("an address that is none of a picture's", () => {
  const key = () => address.split("/").at(-1) ?? ""
  const paths = () => [
    "/files/..%2f..%2fmili.db",
    "/files/..%2fpending",
    "/files/%2e%2e%2f%2e%2e%2fmili.db",
    "/files/....//mili.db",
    "/files/%00",
    `/files/${key()}%00`,
    `/files/${key()}/..`,
    `/files/${key()}.png`,
    `/files/${key().toUpperCase()}`,
    `/files//${key()}`,
    `/files/${"a".repeat(5_000)}`,
    "/files/%c0%ae%c0%ae/",
    "/files/kept",
    `/files/face_${ana?.uid}_'%20OR%201=1%20--`,
    "/files/",
    "/files",
  ]

  test("shows nothing", async () => {
    for (const path of paths()) {
      const answer = await raw(path)
      expect([path.slice(0, 60), answer.status]).toEqual([path.slice(0, 60), 404])
      expect(answer.body).toContain('"ErrCode":1')
    }
    for (const path of ["/files/../../../../etc/passwd", "/files/./../files/../healthz"]) {
      expect((await raw(path)).body).not.toContain("root:")
    }
  })
})

/** Asks for a path as it stands, which `fetch` would tidy. */
function raw(path: string): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(app.url)
    const socket = connect(Number(port), hostname, () => {
      socket.write(`GET ${path} HTTP/1.1\r\nHost: ${hostname}\r\nConnection: close\r\n\r\n`)
    })
    let heard = ""
    socket.on("data", (bytes) => {
      heard += bytes.toString("latin1")
    })
    socket.on("error", reject)
    socket.on("close", () =>
      resolve({ status: Number(heard.slice(9, 12)), body: heard.slice(heard.indexOf("\r\n\r\n") + 4) }),
    )
  })
}
