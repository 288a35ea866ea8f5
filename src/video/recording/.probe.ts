import { createLog } from "../../log.ts"
import { createRecordings } from "./recordings.ts"

const dir = process.argv[2] ?? ""
const log = createLog((l) => process.stderr.write(l))
const recordings = createRecordings({
  dir,
  keep: () => undefined,
  isOpen: () => false,
  mayKeep: () => true,
  freeMin: 0,
  onRecorded: (r, x) => {
    console.log(r, x)
  },
  log,
})
let worst = 0,
  last = performance.now()
const t = setInterval(() => {
  const n = performance.now()
  worst = Math.max(worst, n - last - 5)
  last = n
}, 5)
let rss = 0
const m = setInterval(() => {
  rss = Math.max(rss, process.memoryUsage().rss)
}, 100)
const began = performance.now()
await recordings.recover()
clearInterval(t)
clearInterval(m)
console.log(
  "ms",
  (performance.now() - began).toFixed(0),
  "worst loop lag ms",
  worst.toFixed(1),
  "rss MB",
  (rss / 1e6).toFixed(0),
  "cpu",
  process.cpuUsage(),
)
