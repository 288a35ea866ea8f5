import { expect, test } from "bun:test"
import { networkInterfaces } from "node:os"
import { createMetrics } from "../../src/metrics.ts"
import { startApp } from "../support/app.ts"

const token = "an-operator-token-of-32-characters"
const bearer = { Authorization: `Bearer ${token}` }

test("metrics are for this machine, and for whoever has the operator's token", async () => {
  await using app = await startApp({ ADMIN_TOKEN: token })
  const ask = (headers: Record<string, string> = {}) => fetch(`${app.url}/metrics`, { headers })
  const answer = await ask()
  expect(answer.status).toBe(200)
  expect(answer.headers.get("content-type")).toStartWith("text/plain; version=0.0.4")
  const text = await answer.text()
  expect(text).toMatch(/^# TYPE mili_database_commits_total counter\nmili_database_commits_total \d+$/m)
  expect(text).toMatch(/^process_resident_memory_bytes \d+$/m)

  for (const name of ["X-Forwarded-For", "Forwarded", "X-Real-IP", "Via"]) {
    const refused = await ask({ [name]: "127.0.0.1" })
    expect(refused.status).toBe(404)
    expect(await refused.json()).toMatchObject({ ErrCode: 1, ErrMsg: expect.any(String) })
    expect((await ask({ [name]: "127.0.0.1", ...bearer })).status).toBe(200)
    expect((await ask({ [name]: "127.0.0.1", Authorization: `Bearer ${token}x` })).status).toBe(404)
  }
})

test("without an operator's token nobody has it", async () => {
  await using app = await startApp()
  const headers = { Via: "1.1 proxy", Authorization: "Bearer undefined" }
  expect((await fetch(`${app.url}/metrics`, { headers })).status).toBe(404)
})

const ownAddress = Object.values(networkInterfaces())
  .flat()
  .find((one) => one?.family === "IPv4" && !one.internal)?.address

test.skipIf(ownAddress === undefined)("other machines need the token", async () => {
  await using app = await startApp({ HOST: "0.0.0.0", ADMIN_TOKEN: token })
  const address = `http://${ownAddress}:${app.running.servers[0]?.port}/metrics`
  expect((await fetch(address)).status).toBe(404)
  expect((await fetch(address, { headers: bearer })).status).toBe(200)
})

test("a gauge is shown once it is set, a counter from the start", async () => {
  const metrics = createMetrics()
  const warmth = metrics.gauge("warmth_celsius", "How warm it is.")
  const cups = metrics.counter("cups_total", "Cups of tea.")
  expect(await metrics.text()).toBe("# HELP cups_total Cups of tea.\n# TYPE cups_total counter\ncups_total 0\n")
  warmth.set(-1.5)
  cups.add()
  cups.add(2)
  expect(await metrics.text()).toBe(
    "# HELP warmth_celsius How warm it is.\n# TYPE warmth_celsius gauge\nwarmth_celsius -1.5\n" +
      "# HELP cups_total Cups of tea.\n# TYPE cups_total counter\ncups_total 3\n",
  )
  expect(() => metrics.gauge("cups_total", "Again.")).toThrow("registered already")
})

test("a histogram counts what came out at or under each bound, a label's values each have their own", async () => {
  const metrics = createMetrics()
  const brewing = metrics.histograms("brewing_seconds", "How long tea took.", "pot", [1, 2.5])
  for (const seconds of [0.5, 1, 2, 3]) brewing("blue").observe(seconds)
  brewing('the "red"').observe(1)
  expect(await metrics.text()).toBe(
    `# HELP brewing_seconds How long tea took.
# TYPE brewing_seconds histogram
brewing_seconds_bucket{pot="blue",le="1"} 2
brewing_seconds_bucket{pot="blue",le="2.5"} 3
brewing_seconds_bucket{pot="blue",le="+Inf"} 4
brewing_seconds_sum{pot="blue"} 6.5
brewing_seconds_count{pot="blue"} 4
brewing_seconds_bucket{pot="the \\"red\\"",le="1"} 1
brewing_seconds_bucket{pot="the \\"red\\"",le="2.5"} 1
brewing_seconds_bucket{pot="the \\"red\\"",le="+Inf"} 1
brewing_seconds_sum{pot="the \\"red\\""} 1
brewing_seconds_count{pot="the \\"red\\""} 1
`,
  )
})

test("nobody fills the memory with values of a label, and what cannot be read hides nothing else", async () => {
  const metrics = createMetrics()
  const guests = metrics.counters("guests_total", "Guests.", "name")
  for (let n = 0; n < 1_000; n++) guests(`guest ${n}`).add()
  metrics.gauge("lost", "Cannot be read.", () => Promise.reject(new Error("gone")))
  metrics.counter("last_total", "The last.")
  const lines = (await metrics.text()).split("\n")
  expect(lines.filter((line) => line.startsWith("guests_total{"))).toHaveLength(201)
  expect(lines).toContain('guests_total{name="other"} 800')
  expect(lines).toContain("last_total 0")
})
