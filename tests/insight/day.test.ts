import { expect, test } from "bun:test"
import { join } from "node:path"
import { sql } from "drizzle-orm"
import { createPasswordHasher } from "../../src/accounts/password.ts"
import { engine } from "../../src/db/kit.ts"
import { promise } from "../../src/db/outbox.ts"
import { write } from "../../src/db/write.ts"
import { startApp, type TestApp } from "../support/app.ts"
import { registers } from "../support/cast.ts"
import { Phone } from "../support/phone.ts"

type Sample = (name: string) => number | undefined

/** Looks once, and says of each sample, by its name and labels as they are written, what it was. */
async function looks({ url }: TestApp): Promise<Sample> {
  const lines = (await (await fetch(`${url}/metrics`)).text()).split("\n")
  return (name) => {
    const line = lines.find((one) => one.startsWith(`${name} `))
    return line === undefined ? undefined : Number(line.slice(name.length + 1))
  }
}

test("an operator sees what a room's evening costs", async () => {
  await using app = await startApp()
  const ana = await registers(app, "Ana")
  const bo = await registers(app, "Bo")
  const room = await ana.opensRoom()
  let sample = await looks(app)
  expect(sample("mili_rooms")).toBe(0)
  const there = await bo.enters(room, { ext: 1 })
  await there.hears({ mtype: 1020 })
  bo.token = "somebody-elses"
  await bo.call("GET", "/action/get/diamond_score")
  await fetch(`${app.url}/nowhere/${crypto.randomUUID()}`)

  sample = await looks(app)
  expect(sample("mili_sockets")).toBe(1)
  expect(sample("mili_rooms")).toBe(1)
  expect(sample("mili_frames_out_total")).toBeGreaterThan(0)
  expect(sample("mili_frames_shed_total")).toBe(0)
  expect(sample('mili_http_refusals_total{code="7"}')).toBe(1)
  const calls = "mili_http_request_duration_seconds_count{route="
  expect(sample(`${calls}"POST /room/create_room"}`)).toBe(1)
  expect(sample(`${calls}"GET /action/get/diamond_score"}`)).toBe(1)
  expect(sample(`${calls}"none"}`)).toBe(1)
  expect(sample("mili_database_commit_duration_seconds_count")).toBe(sample("mili_database_commits_total"))
  if (engine === "sqlite") expect(sample("mili_database_sync_duration_seconds_count")).toBeGreaterThan(0)
})

test("methods that an address does not take are no routes of their own", async () => {
  await using app = await startApp()
  for (const method of ["PROPFIND", "DELETE"]) await fetch(`${app.url}/action/login`, { method })
  await fetch(`${app.url}/gift_config`, { method: "HEAD" })
  const told = await (await fetch(`${app.url}/metrics`)).text()
  for (const method of ["PROPFIND", "DELETE", "HEAD"]) expect(told).not.toContain(`"${method} /`)
})

test("the dashboard shows nothing that the server does not tell", async () => {
  await using app = await startApp()
  await new Phone(app, "Ana").call("POST", "/action/login")
  const told = await (await fetch(`${app.url}/metrics`)).text()
  // Shown once the night's audit was made.
  const known = `${told} mili_audit_differences mili_audit_last_success_timestamp_seconds`
  const dashboard = await Bun.file(join(import.meta.dir, "../../scripts/grafana.json")).text()
  const names = new Set(dashboard.match(/\b(mili|process)_\w+/g)?.filter((name) => name !== "mili"))
  expect(names.size).toBeGreaterThan(15)
  for (const name of names) expect(known).toContain(name)
})

test("a promise that cannot be kept shows by its age, and then among the dead", async () => {
  await using app = await startApp()
  let sample = await looks(app)
  expect(sample("mili_outbox_waiting")).toBe(0)
  expect(sample("mili_outbox_age_seconds")).toBe(0)
  const { app: parts } = app.running
  await write(parts, (tx, after) => promise(parts, tx, after, "nobody.handles", {}))
  app.pass(90_000)
  sample = await looks(app)
  expect(sample("mili_outbox_waiting")).toBe(1)
  expect(sample("mili_outbox_age_seconds")).toBeWithin(90, 120)
  for (let tries = 0; tries < 25; tries++) {
    app.pass(3_600_000)
    await parts.outbox.deliverDue()
  }
  sample = await looks(app)
  expect(sample("mili_outbox_waiting")).toBe(0)
  expect(sample("mili_outbox_dead")).toBe(1)
})

test("a call that fails is found in the log by the number its answer carries", async () => {
  const verify = () => Promise.reject(new Error("the hasher is gone"))
  await using app = await startApp({ OPEN_REGISTRATION: "1" }, { passwords: { ...createPasswordHasher(), verify } })
  const ana = new Phone(app, "Ana")
  await ana.ok("POST", "/action/register", { account: "ana_tea", pwd: "secret-of-ana" })
  const signIn = (headers: Record<string, string> = {}) =>
    fetch(`${app.url}/action/login?account=ana_tea&pwd=secret-of-ana`, { method: "POST", headers })
  const failed = await signIn()
  expect(failed.status).toBe(500)
  const request = failed.headers.get("x-request-id")
  expect(app.logged.filter((line) => line.includes(`"request":"${request}"`))).toHaveLength(1)

  expect((await signIn({ "X-Request-Id": "proxy-7" })).headers.get("x-request-id")).toBe("proxy-7")
  expect((await signIn({ "X-Request-Id": "a b" })).headers.get("x-request-id")).toMatch(/^[\da-f-]{36}$/)
  expect((await fetch(`${app.url}/gift_config`)).headers.get("x-request-id")).toBeNull()
})

test.if(engine === "sqlite")("what is slow is logged, statements without their values", async () => {
  await using app = await startApp({ SLOW_MS: "50" })
  const upTo = 3_000_000
  const slow = sql`(with recursive n(i) as (select 1 union all select i + 1 from n where i < ${upTo}) select max(i) from n)`
  const { db } = app.running.app
  await db.read.select({ most: slow }).from(sql`(select 1)`)
  const told = app.logged.filter((line) => line.includes("slow statement")).map((line) => JSON.parse(line))
  expect(told).toHaveLength(1)
  expect(told[0].sql).toContain("with recursive")
  expect(told[0].ms).toBeGreaterThanOrEqual(50)
  expect(told[0].sql).not.toContain(String(upTo))
})
