// The product's HTTP application on a data folder, without a socket: runs series of calls, one at a time, and prints how long
// each took, in milliseconds. Reads `{ "series": [[{ "path", "form"? }, …], …] }`; of several series the calls come in turn.
import { compose } from "../../src/compose.ts"
import { parse } from "../../src/config.ts"
import { createHttp } from "../../src/http.ts"
import { createLog } from "../../src/log.ts"
import { assertOk } from "./http.ts"

/** One call; with a form it is a POST. */
export type Call = { path: string; form?: Record<string, string> }

const { series } = (await Bun.stdin.json()) as { series: Call[][] }
const log = createLog((line) => void process.stderr.write(line))
const { app } = await compose(parse(process.env), { log, print: () => {} })
const http = createHttp(app)

const delays: number[][] = series.map(() => [])
const longest = Math.max(...series.map(({ length }) => length))
for (let n = 0; n < longest; n++) {
  for (const [which, calls] of series.entries()) {
    const call = calls[n]
    if (call) delays[which]?.push(await timed(call))
  }
}
await app.db.close()
process.stdout.write(JSON.stringify(delays))

async function timed({ path, form }: Call): Promise<number> {
  const request = new Request(`http://127.0.0.1${path}`, form && { method: "POST", body: new URLSearchParams(form) })
  const begun = performance.now()
  const answer = await http.fetch(request)
  const body = Buffer.from(await answer.bytes())
  const delay = performance.now() - begun
  assertOk({ status: answer.status, body })
  return delay
}
