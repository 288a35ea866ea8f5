// The product's database layer alone, behind the same address as the bare server's `/write`.
import { Database as SqliteFile } from "bun:sqlite"
import { join } from "node:path"
import { eq, sql } from "drizzle-orm"
import { id, int, table } from "../../src/db/kit.ts"
import { openDatabase } from "../../src/db/open.ts"
import { query } from "../../src/db/query.ts"
import { databaseFile } from "../../src/db/sqlite.ts"
import { write } from "../../src/db/write.ts"
import { createLog } from "../../src/log.ts"

const COUNTERS = 1_000

const entries = table("bench_entries", { id: id(), counterId: int().notNull(), amount: int().notNull() })
const counters = table("bench_counters", { id: id(), total: int().notNull() })

const log = createLog((line) => process.stderr.write(line))
const dataDir = process.env["DATA_DIR"] ?? "."
const onFatal = (error: unknown) => {
  log.error("durability lost", { error })
  process.exit(1)
}
const db = await openDatabase({ databaseUrl: undefined, dataDir, log, onFatal })
makeTables(join(dataDir, databaseFile))

const addEntry = query<{ counterId: number; amount: number }>()((tx, $) =>
  tx.insert(entries).values({ counterId: $.counterId, amount: $.amount }).prepare(),
)
const count = query<{ id: number }>()((tx, $) =>
  tx
    .update(counters)
    .set({ total: sql`${counters.total} + 1` })
    .where(eq(counters.id, $.id))
    .prepare(),
)

Bun.serve({
  hostname: "127.0.0.1",
  port: Number(process.env["PORT"]),
  routes: {
    "/readyz": () => Response.json({ ErrCode: 0 }),
    "/write": async (request) => {
      const counterId = Number(new URL(request.url).searchParams.get("counter"))
      await write({ db, log }, async (tx) => {
        await addEntry(tx, { counterId, amount: 1 })
        await count(tx, { id: counterId })
      })
      return Response.json({ ErrCode: 0 })
    },
  },
})
process.on("SIGTERM", async () => {
  await db.close()
  process.exit(0)
})

/** The layer has no door for tables that are not the product's own, so these are made beside it. */
function makeTables(path: string) {
  const file = new SqliteFile(path)
  file.run(
    "CREATE TABLE bench_entries (id INTEGER PRIMARY KEY AUTOINCREMENT, counter_id INTEGER, amount INTEGER) STRICT",
  )
  file.run("CREATE TABLE bench_counters (id INTEGER PRIMARY KEY AUTOINCREMENT, total INTEGER) STRICT")
  const insert = file.prepare("INSERT INTO bench_counters VALUES (?, 0)")
  file.transaction(() => {
    for (let counterId = 0; counterId < COUNTERS; counterId++) insert.run(counterId)
  })()
  file.close()
}
