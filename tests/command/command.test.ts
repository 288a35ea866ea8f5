import { afterAll, beforeAll, expect, test } from "bun:test"
import { existsSync } from "node:fs"
import { join } from "node:path"
import { freshHome, type Home, startApp, type TestApp } from "../support/app.ts"
import { Phone } from "../support/phone.ts"

const main = join(import.meta.dir, "../../src/main.ts")

let home: Home
beforeAll(async () => {
  home = await freshHome()
})
afterAll(() => home.remove())

/** Runs the program as an operator would; `env` adds to the settings. */
async function mili(args: string[], env: Record<string, string> = {}) {
  const child = Bun.spawn([process.execPath, main, ...args], {
    env: { PATH: process.env["PATH"] ?? "", ...home.env, ...env },
    stdout: "pipe",
    stderr: "pipe",
  })
  const [out, err] = await Promise.all([child.stdout.text(), child.stderr.text()])
  return { out, err, code: await child.exited }
}

test("version and help", async () => {
  expect(await mili(["version"])).toMatchObject({ out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/), code: 0 })
  const { out } = await mili(["help"])
  for (const word of ["migrate", "admin mint", "doctor", "HOST_GRACE"]) expect(out).toContain(word)
})

test("what is mistyped is told in a sentence", async () => {
  expect(await mili(["sing"])).toMatchObject({ err: expect.stringContaining('no command "sing"'), code: 1 })
  expect(await mili(["serve"], { PORT: "loud" })).toMatchObject({
    err: expect.stringContaining("PORT must be"),
    code: 1,
  })
  expect(await mili(["admin", "grant"])).toMatchObject({ err: expect.stringContaining("ACCOUNT is missing"), code: 1 })
  expect(await mili(["admin", "grant", "nobody"])).toMatchObject({
    err: expect.stringContaining("no such account"),
    code: 1,
  })
  expect(await mili(["admin", "mint", "-3"])).toMatchObject({ err: expect.stringContaining("N must be"), code: 1 })
})

test("migrate may be run again and again", async () => {
  for (let n = 0; n < 2; n++)
    expect(await mili(["migrate"])).toMatchObject({ out: "The database is up to date.\n", code: 0 })
})

test("beside a running server: accounts are minted, and one of them becomes an operator", async () => {
  await using app: TestApp = await startApp()
  const { config } = app.running.app
  const env = { DATA_DIR: config.dataDir, ...(config.databaseUrl && { DATABASE_URL: config.databaseUrl }) }
  const minted = await mili(["admin", "mint", "450"], env)
  const lines = minted.out.trim().split("\n")
  expect(lines).toHaveLength(450)
  const [uid = "", token = ""] = lines.at(-1)?.split(" ") ?? []
  const phone = new Phone(app, "Minted")
  phone.token = token
  const { user } = await phone.ok("GET", "/user/refresh_info", { uid })

  const account = String((user as { Account: string }).Account)
  expect(await mili(["admin", "grant", account, "finance"], env)).toMatchObject({ code: 0 })
  expect(await mili(["admin", "grant", account, "king"], env)).toMatchObject({
    err: expect.stringContaining("no role"),
    code: 1,
  })
  expect((await mili(["admin", "list"], env)).out).toBe(`${uid}\t${account}\tfinance\n`)
  expect(await mili(["admin", "revoke", account], env)).toMatchObject({ code: 0 })
  expect((await mili(["admin", "list"], env)).out).toBe("")
})

test("a start that cannot be completed leaves nothing running and says why", async () => {
  const taken = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } })
  const free = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } })
  const freePort = free.port
  free.stop(true)
  const HOST = "127.0.0.1"
  const started = await mili(["serve"], { HOST, PORT: `${freePort},${taken.port}`, RTMP_PORT: "0" })
  expect(started.err).toContain(`PORT ${taken.port} on HOST 127.0.0.1 cannot be served`)
  expect(started.code).toBe(1)
  await expect(fetch(`http://127.0.0.1:${freePort}/healthz`)).rejects.toThrow()
  const withoutVideo = await mili(["serve"], { HOST, PORT: String(freePort), RTMP_PORT: String(taken.port) })
  expect(withoutVideo.err).toContain(String(taken.port))
  expect(withoutVideo.err).toContain("RTMP_PORT")
  expect(withoutVideo.code).toBe(1)
  taken.stop(true)
  expect(await mili(["serve"], { HOST, TLS_CERT: "/nope", TLS_KEY: "/nope" })).toMatchObject({ code: 1 })
  expect(await mili(["migrate"], { DATABASE_URL: "postgres://mili:s3cret@127.0.0.1:9/mili" })).toMatchObject({
    err: expect.stringMatching(/DATABASE_URL at 127\.0\.0\.1:9 (?!.*s3cret)/),
    code: 1,
  })
})

test("a second server on the same database is refused", async () => {
  await using app = await startApp()
  const { config } = app.running.app
  const env = { DATA_DIR: config.dataDir, ...(config.databaseUrl && { DATABASE_URL: config.databaseUrl }) }
  const second = await mili(["serve"], { ...env, PORT: "0" })
  expect(second.err).toContain("another server is running on it")
  expect(second.code).toBe(1)
})

test("the doctor changes nothing, not even in an empty folder", async () => {
  const empty = join(home.dataDir, "not-yet")
  const { out } = await mili(["doctor"], { DATA_DIR: empty, PORT: "0", RTMP_PORT: "0" })
  expect(out).toContain("ok    disk")
  expect(existsSync(empty)).toBe(false)
})

test("the doctor finds what is wrong and says what to do", async () => {
  const rtmp = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } })
  const ownVideo = {
    MEDIA_LINE_2: "rtmp",
    RTMP_PORT: "0",
    PLAY_URL: "http://127.0.0.1:9/live",
    RTMP_CALLBACK_SECRET: "s".repeat(32),
  }
  const RTMP_URL = `rtmp://127.0.0.1:${rtmp.port}/live`
  const well = await mili(["doctor"], { PORT: "0", ...ownVideo, RTMP_URL, PUBLIC_URL: "https://live.example.com" })
  expect(well.out).not.toContain("WRONG")
  expect(well.out).toContain("reachable")
  expect(well.code).toBe(0)

  const ill = await mili(["doctor"], {
    PORT: String(rtmp.port),
    HOST: "127.0.0.1",
    ...ownVideo,
    RTMP_PORT: String(rtmp.port),
    RTMP_URL: "rtmp://127.0.0.1:9/live",
    SMS_PROVIDER: "webhook",
    SMS_WEBHOOK_URL: "http://127.0.0.1:9/",
    SMS_WEBHOOK_SECRET: "s",
  })
  expect(ill.code).toBe(1)
  for (const part of [`port ${rtmp.port}`, `RTMP port ${rtmp.port}`, "SMS (webhook)", "video (rtmp)"]) {
    expect(ill.out).toMatch(new RegExp(`WRONG ${part.replace(/[()]/g, "\\$&")}`))
  }
  expect(await mili(["doctor"], { PORT: "x" })).toMatchObject({
    code: 1,
    out: expect.stringContaining("WRONG settings: PORT"),
  })
  rtmp.stop(true)
})
