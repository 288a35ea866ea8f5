import { readdir, stat } from "node:fs/promises"
import { repair } from "./journal.ts"
import { realDisk } from "./disk.ts"
import { writeMp4 } from "./mp4.ts"
const folder = "/tmp/rec/7"
let last = performance.now(), worst: number[] = []
setInterval(() => { const n = performance.now(); worst.push(n - last - 2); last = n }, 2)
async function step<T>(name: string, f: () => Promise<T>) { await Bun.sleep(20); worst = []; const t = performance.now(); const r = await f(); const d = performance.now() - t; await Bun.sleep(5); console.log(name, d.toFixed(0), "ms, worst lags", worst.toSorted((a, b) => b - a).slice(0, 4).map(x => x.toFixed(1)).join(" ")); return r }
const entries = await step("repair", () => repair(folder, realDisk, (f) => f.startsWith("recording")))
await step("mp4", () => writeMp4(folder, entries, "/tmp/rec/x.mp4", new AbortController().signal))
const { finish } = await import("./finish.ts")
await step("rest", () => finish({ folder, disk: realDisk, freeMin: 0, limits: { mp4Max: 8 } as any, log: console as any, signal: new AbortController().signal }))
process.exit()
