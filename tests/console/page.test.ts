import { expect, test } from "bun:test"
import { freshHome } from "../support/app.ts"
import { startProgram } from "../support/process.ts"

async function start(env: Record<string, string> = {}) {
  const home = await freshHome()
  return startProgram({ ...home.env, RTMP_PORT: "0", ...env })
}

test("the console comes from this server alone, and may do nothing else", async () => {
  await using program = await start()
  const page = await fetch(`${program.url}/console/`)
  expect(page.headers.get("content-type")).toContain("text/html")
  expect(page.headers.get("set-cookie")).toBeNull()
  expect(page.headers.get("x-frame-options")).toBe("DENY")
  expect(page.headers.get("content-security-policy")).toBe(
    [
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "img-src 'self' data: https: http:",
      "media-src 'self' blob:",
      "connect-src 'self'",
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ].join("; "),
  )
  const assets = [...(await page.text()).matchAll(/(?:href|src)="([^"]+)"/g)].map(([, address]) => address ?? "")
  expect(assets.length).toBeGreaterThanOrEqual(3)
  for (const address of assets) {
    expect(address).toMatch(/^\.\/[\w.-]+-[0-9a-z]{8}\.(js|css|svg)$/)
    expect((await fetch(new URL(address, page.url))).status).toBe(200)
  }
  const short = await fetch(`${program.url}/console`, { redirect: "manual" })
  expect([short.status, short.headers.get("location")]).toEqual([302, "/console/"])
  expect((await fetch(`${program.url}/console/nothing.js`)).status).toBe(404)
})

test("CONSOLE=off takes it away", async () => {
  await using program = await start({ CONSOLE: "off" })
  for (const path of ["/console", "/console/", "/console/session", "/console/licences.txt"]) {
    expect((await fetch(`${program.url}${path}`, { redirect: "manual" })).status).toBe(404)
  }
  expect((await fetch(`${program.url}/console/sign_in`, { method: "POST" })).status).toBe(404)
})
