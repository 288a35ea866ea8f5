import { readFileSync } from "node:fs"
import { parse } from "../../src/config.ts"
import { createLog } from "../../src/log.ts"
import { serve } from "../../src/serve.ts"

/** A server like any other, whose clock stands where a file says, in milliseconds since 1970. */
const clock = process.env["CLOCK"] ?? ""
const log = createLog((line) => void process.stderr.write(line))
const now = () => Number(readFileSync(clock, "utf8"))
const { servers } = await serve(parse(process.env), { log, print: () => {}, now, environment: process.env })
for (const { url } of servers) log.info("listening", { url: url.href })
