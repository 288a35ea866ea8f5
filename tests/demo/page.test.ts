import { expect, test } from "bun:test"
import { freshHome } from "../support/app.ts"
import { type Program, startProgram } from "../support/process.ts"

async function start(env: Record<string, string> = {}): Promise<Program> {
  const home = await freshHome()
  return startProgram({ ...home.env, RTMP_PORT: "0", ...env })
}

/** What the page's HTML asks for. */
const assetsIn = (html: string) => [...html.matchAll(/(?:href|src)="([^"]+)"/g)].map(([, address]) => address ?? "")

test("the page comes with all it needs from this server alone, and may do nothing else", async () => {
  await using program = await start()
  const page = await fetch(`${program.url}/demo/`)
  expect(page.headers.get("content-type")).toContain("text/html")
  expect(page.headers.get("cache-control")).toBe("no-cache")
  expect(page.headers.get("x-content-type-options")).toBe("nosniff")
  expect(page.headers.get("set-cookie")).toBeNull()
  const policy = page.headers.get("content-security-policy") ?? ""
  expect(policy).toStartWith(
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src blob:; style-src 'self'; ",
  )
  expect(policy.replace("'wasm-unsafe-eval'", "")).not.toMatch(/unsafe|\*/)

  const assets = assetsIn(await page.text())
  expect(assets.length).toBeGreaterThanOrEqual(3)
  for (const address of assets) {
    expect(address).toMatch(/^\.\/[\w.-]+-[0-9a-z]{8}\.(js|css|svg)$/)
    const asset = await fetch(new URL(address, page.url))
    expect(asset.headers.get("cache-control")).toBe("public, max-age=31536000, immutable")
    expect(asset.headers.get("content-encoding")).toBe("gzip")
    expect(asset.headers.get("content-security-policy")).toBe(policy)
    expect((await asset.text()).length).toBeGreaterThan(100)
  }
})

test("the libraries for playing and publishing come apart from the page, and only when they are needed", async () => {
  await using program = await start()
  const page = await fetch(`${program.url}/demo/`)
  const main = assetsIn(await page.text()).find((address) => address.endsWith(".js")) ?? ""
  const script = await (await fetch(new URL(main, page.url))).text()
  expect(script.length).toBeLessThan(120_000)
  const chunks = [...new Set(script.match(/(mpegts|hls\.light|encoding)-[0-9a-z]{8}\.js/g))]
  expect(chunks.length).toBe(3)
  for (const chunk of chunks) expect((await fetch(`${program.url}/demo/${chunk}`)).status).toBe(200)
  const licences = await (await fetch(`${program.url}/demo/licences.txt`)).text()
  for (const name of ["preact", "mpegts.js", "hls.js", "mediabunny", "@mediabunny/aac-encoder"]) {
    expect(licences).toContain(`${name}/LICENSE`)
  }
  expect(licences).toContain("GNU LESSER GENERAL PUBLIC LICENSE")
})

test("a browser that has the page is not sent it again", async () => {
  await using program = await start()
  const plain = await fetch(`${program.url}/demo/`, { headers: { "Accept-Encoding": "identity" } })
  expect(plain.headers.get("content-encoding")).toBeNull()
  const again = await fetch(`${program.url}/demo/`, { headers: { "If-None-Match": plain.headers.get("etag") ?? "" } })
  expect(again.status).toBe(304)
  expect(await again.text()).toBe("")
  const other = await fetch(`${program.url}/demo/`, { headers: { "If-None-Match": 'W/"other"' } })
  expect(other.status).toBe(200)
})

test("addresses around it: without the slash, unknown files, and what the page asks about the door", async () => {
  await using program = await start({ OPEN_REGISTRATION: "0" })
  const short = await fetch(`${program.url}/demo`, { redirect: "manual" })
  expect([short.status, short.headers.get("location")]).toEqual([302, "/demo/"])
  for (const file of ["nothing.js", "built.ts", "..%2Fpackage.json", "toString"]) {
    expect((await fetch(`${program.url}/demo/${file}`)).status).toBe(404)
  }
  const door = await (await fetch(`${program.url}/demo/door`)).json()
  expect(door).toEqual({
    ErrCode: 0,
    registers_by_name: false,
    codes_are_logged: true,
    takes_browsers_video: true,
    conferences_by: "builtin",
  })
})

test("video that another server carries may be fetched from there, and from nowhere else", async () => {
  await using program = await start({
    MEDIA_LINE_1: "rtmp",
    RTMP_URL: "rtmp://video.example.com/live",
    PLAY_URL: "https://video.example.com/live",
    RTMP_CALLBACK_SECRET: "s".repeat(32),
    PUBLIC_URL: "https://live.example.com",
  })
  const policy = (await fetch(`${program.url}/demo/`)).headers.get("content-security-policy") ?? ""
  const directive = (name: string) => policy.split("; ").find((one) => one.startsWith(`${name} `))
  expect(directive("connect-src")).toBe(
    "connect-src 'self' ws: wss: https://video.example.com https://live.example.com",
  )
  expect(directive("media-src")).toBe("media-src 'self' blob: https://video.example.com https://live.example.com")
  const door = await (await fetch(`${program.url}/demo/door`)).json()
  expect(door).toMatchObject({ takes_browsers_video: false })
})

test("DEMO=off takes it all away", async () => {
  await using program = await start({ DEMO: "off" })
  for (const path of ["/demo", "/demo/", "/demo/door", "/demo/licences.txt"]) {
    expect((await fetch(`${program.url}${path}`, { redirect: "manual" })).status).toBe(404)
  }
})
