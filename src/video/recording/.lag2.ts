import { repair } from "./journal.ts"
import { realDisk } from "./disk.ts"
import { readRuns, headBytes } from "./fragment_reader.ts"
import { SampleTable } from "./sample_table.ts"
import { movieHead, readTracks } from "./movie.ts"
import { open } from "node:fs/promises"
const folder = "/tmp/rec/7"
let last = performance.now(), worst: number[] = []
setInterval(() => { const n = performance.now(); worst.push(n - last - 2); last = n }, 2)
async function step<T>(name: string, f: () => Promise<T>) { await Bun.sleep(20); worst = []; const t = performance.now(); const r = await f(); const d = performance.now() - t; await Bun.sleep(5); console.log(name, d.toFixed(0), "ms, worst lags", worst.toSorted((a, b) => b - a).slice(0, 4).map(x => x.toFixed(1)).join(" ")); return r }
const entries = await step("repair", () => repair(folder, realDisk, (f) => f.startsWith("recording")))
const init = await Bun.file(folder + "/init-" + entries[0]!.init + ".mp4").bytes()
const tracks = readTracks(init).map((track) => ({ ...track, table: new SampleTable(track.kind) }))
let n = 0
await step("heads", async () => { for (const e of entries) { const f = Bun.file(`${folder}/seg-${e.number}.m4s`); const h = await f.slice(0, headBytes(await f.slice(0, 8).bytes())).bytes(); for (const r of readRuns(h)) tracks.find((t) => t.id === r.trackId)?.table.add(r, 0, n); n += e.bytes } })
let head: Uint8Array = new Uint8Array()
await step("movie", async () => { for (const t of tracks) t.table.end(); head = movieHead(init, new Map(tracks.map((t) => [t.id, t.table])), n) })
const file = await open("/tmp/rec/x.mp4", "w")
await step("write head " + head.length, () => file.writeFile(head))
await step("copy", async () => { for (const e of entries) { const s = await Bun.file(`${folder}/seg-${e.number}.m4s`).bytes(); await file.writeFile(s.subarray(headBytes(s))) } })
await step("sync", () => file.sync())
process.exit()
