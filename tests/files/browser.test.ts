import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { type BrowserContext, chromium, type Page } from "playwright-core"
import { startApp, type TestApp } from "../support/app.ts"
import { registers } from "../support/cast.ts"
import { noisePng, qetag } from "../support/images.ts"
import { asksToUpload, atApp, type Grant, pictureOf } from "./stage.ts"

setDefaultTimeout(60_000)

const quiet = [
  ...["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"],
  ...["--disable-component-update", "--disable-sync"],
]

let app: TestApp
let profile: string
let browser: BrowserContext
let page: Page
/** Another place than the server's, as a web app's is. */
let host: Bun.Server<undefined>

beforeAll(async () => {
  app = await startApp()
  host = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    routes: {
      "/": new Response("<!doctype html><script src=/qiniu.js></script>", { headers: { "Content-Type": "text/html" } }),
      "/qiniu.js": new Response(Bun.file(join(import.meta.dir, "../../node_modules/qiniu-js/dist/qiniu.min.js"))),
      "/small.png": new Response(new Uint8Array(small)),
      "/large.png": new Response(new Uint8Array(large)),
    },
    fetch: () => new Response(null, { status: 404 }),
  })
  profile = mkdtempSync(join(tmpdir(), "mili-browser-"))
  browser = await chromium.launchPersistentContext(profile, {
    executablePath: "/usr/bin/chromium",
    headless: true,
    args: quiet,
  })
  page = await browser.newPage()
  await page.goto(host.url.href)
})

afterAll(async () => {
  await browser.close()
  rmSync(profile, { recursive: true, force: true })
  await host.stop(true)
  await app[Symbol.asyncDispose]()
})

const small = noisePng(300, 300)
const large = noisePng(2_000, 1_700)

interface Outcome {
  done?: Record<string, unknown>
  failed?: { code: number; message: string }
}

/** Uploads a picture from within the page by Qiniu's own SDK for browsers, unchanged. */
const uploadsInPage = (file: "small" | "large", { token, key }: Pick<Grant, "token" | "key">, config: object = {}) =>
  page.evaluate(uploadByQiniu, {
    file,
    token,
    key,
    config: { uphost: new URL(app.url).host, upprotocol: "http", ...config },
  })

/** Runs in the page. */
async function uploadByQiniu({
  file,
  token,
  key,
  config,
}: {
  file: string
  token: string
  key: string
  config: object
}) {
  interface Observer {
    next(): void
    error(error: { code: number; message: string }): void
    complete(done: Record<string, unknown>): void
  }
  interface Qiniu {
    upload(
      file: File,
      key: string,
      token: string,
      extra: object,
      config: object,
    ): { subscribe(observer: Observer): void }
  }
  const { qiniu } = globalThis as unknown as { qiniu: Qiniu }
  const blob = await (await fetch(`/${file}.png`)).blob()
  const extra = { fname: `${file}.png`, customVars: { "x:colour": "red" } }
  const settings = { disableStatisticsReport: true, retryCount: 0, checkByServer: true, ...config }
  return new Promise<Outcome>((resolve) => {
    qiniu.upload(new File([blob], `${file}.png`, { type: "image/png" }), key, token, extra, settings).subscribe({
      next() {},
      error: ({ code, message }) => resolve({ failed: { code, message } }),
      complete: (done) => resolve({ done }),
    })
  })
}

async function expectUploaded(file: "small" | "large", config: object) {
  const ana = await registers(app, "Ana")
  const grant = await asksToUpload(ana)
  const picture = file === "small" ? small : large
  const { done, failed } = await uploadsInPage(file, grant, config)
  expect(failed).toBeUndefined()
  expect(done).toMatchObject({ key: grant.key, hash: qetag(picture), fsize: picture.length })
  expect(await pictureOf(ana)).toBe(grant.url)
  return grant
}

test("Qiniu's SDK for browsers uploads a small file by form, from another site, and the page shows it", async () => {
  const { url } = await expectUploaded("small", {})
  const size = await page.evaluate(`(async () => {
    const image = new Image()
    image.crossOrigin = "anonymous"
    image.src = ${JSON.stringify(atApp(app, url))}
    await image.decode()
    return [image.naturalWidth, image.naturalHeight]
  })()`)
  expect(size).toEqual([300, 300])
})

test("it uploads ten megabytes in parts, several at once", async () => {
  expect(large.length).toBeGreaterThan(10_000_000)
  await expectUploaded("large", { chunkSize: 1, concurrentRequestLimit: 3 })
})

test("it uploads ten megabytes by form where it is told to", async () => {
  await expectUploaded("large", { forceDirect: true })
})

test("it hears why it may not, and after an upload that is gone it begins anew", async () => {
  const ana = await registers(app, "Ana")
  const grant = await asksToUpload(ana)
  const other = await asksToUpload(await registers(app, "Bo"))
  expect((await uploadsInPage("small", { ...grant, key: other.key })).failed?.code).toBe(403)
  expect((await uploadsInPage("large", { ...grant, key: other.key })).failed?.code).toBe(403)

  // What the SDK remembers of an upload that this server has forgotten.
  await page.evaluate(
    ({ key, size }) => {
      const name = `qiniu_js_sdk_upload_file_name_large.png_key_${key}_size_${size}`
      const id = "00000000-0000-0000-0000-000000000000"
      localStorage.setItem(name, JSON.stringify({ id, data: [{ etag: "x", md5: "y", size: 4194304 }] }))
    },
    { key: grant.key, size: large.length },
  )
  expect((await uploadsInPage("large", grant)).failed?.code).toBe(400)
  expect((await uploadsInPage("large", grant)).done).toMatchObject({ key: grant.key, hash: qetag(large) })
})

test("a page inside a picture does nothing when the browser is sent there", async () => {
  const grant = await asksToUpload(await registers(app, "Ana"))
  const { done } = await uploadsInPage("small", grant)
  expect(done).toBeDefined()
  const tab = await browser.newPage()
  const response = await tab.goto(atApp(app, grant.url))
  expect(response?.headers()["content-type"]).toBe("image/png")
  expect(await tab.evaluate("[document.contentType, document.scripts.length]")).toEqual(["image/png", 0])
  await tab.close()
})
