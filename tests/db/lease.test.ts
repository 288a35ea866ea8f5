import { describe, expect, test } from "bun:test"
import { SQL } from "bun"
import { engine } from "../../src/db/kit.ts"
import { type Lease, takeLease } from "../../src/db/lease.ts"
import { freshHome, type Home } from "../support/app.ts"

function take({ dataDir, env }: Home, onLost = () => {}): Promise<Lease> {
  return takeLease({ dataDir, databaseUrl: env["DATABASE_URL"], onLost, watchPause: 20 })
}

test("one server has a database, and the next one may have it after", async () => {
  const home = await freshHome()
  const first = await take(home)
  await expect(take(home)).rejects.toThrow("another server is running on it")
  await first.release()
  const next = await take(home)
  await next.release()
  await home.remove()
})

describe.if(engine === "postgres")("a lease whose connection is cut", () => {
  const cut = (server: SQL) =>
    server`SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND pid <> pg_backend_pid()
      AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`
  const held = async (server: SQL) => {
    const [row] = await server`SELECT count(*)::int AS n FROM pg_locks WHERE locktype = 'advisory'
      AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`
    return row.n === 1
  }

  test("is taken again when nobody else wants it", async () => {
    const home = await freshHome()
    await using beside = new SQL(home.env["DATABASE_URL"] ?? "", { max: 1 })
    let lost = false
    const lease = await take(home, () => {
      lost = true
    })
    await cut(beside)
    while (!(await held(beside))) await Bun.sleep(1)
    expect(lost).toBe(false)
    await expect(take(home)).rejects.toThrow("another server is running on it")
    await lease.release()
    await beside.close()
    await home.remove()
  })

  test("is given up, and said so, when another server was quicker", async () => {
    const home = await freshHome()
    await using beside = new SQL(home.env["DATABASE_URL"] ?? "", { max: 1 })
    const losing = Promise.withResolvers<void>()
    const lease = await takeLease({
      dataDir: home.dataDir,
      databaseUrl: home.env["DATABASE_URL"],
      onLost: losing.resolve,
      watchPause: 300,
    })
    await cut(beside)
    const quicker = await take(home)
    await losing.promise
    await quicker.release()
    await lease.release()
    await beside.close()
    await home.remove()
  })
})
