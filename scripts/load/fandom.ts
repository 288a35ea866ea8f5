// Gives one person of a migrated data folder a million fans: run once, before the server starts, with DATA_DIR, STAR, FANS, DEEP.
// Prints the number of the row that is DEEP rows down the list.
import { Database } from "bun:sqlite"
import { join } from "node:path"

const STAR = Number(process.env["STAR"])
const FANS = Number(process.env["FANS"])
const DEEP = Number(process.env["DEEP"])
/** Every so many-th fan is followed back. */
const BACK = 200

const db = new Database(join(process.env["DATA_DIR"] ?? ".", "mili.db"))
db.run("PRAGMA journal_mode = WAL")
db.run("PRAGMA synchronous = OFF")
db.run("PRAGMA cache_size = -2000000")
db.run("PRAGMA temp_store = MEMORY")

const now = Date.now()
const counted = `WITH RECURSIVE counted(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counted WHERE n < ${FANS})`
const { first } = db.query<{ first: number }, []>("SELECT max(id) AS first FROM users").get() ?? { first: 0 }

db.run(`INSERT INTO users (account, account_key, nick_name, created_at)
  ${counted} SELECT 'fan_' || n, 'fan_' || n, '大米' || (${first} + n), ${now} FROM counted`)
// They did not come in the order they follow in: those on one page stand far from each other.
db.run(`INSERT INTO follows (follower_id, followed_id, created_at)
  ${counted} SELECT ${first} + 1 + (n * 7919) % ${FANS}, ${STAR}, ${now} - ${FANS} + n FROM counted`)
db.run(`INSERT INTO follows (follower_id, followed_id, created_at)
  ${counted} SELECT ${STAR}, ${first} + 1 + (n * 7919) % ${FANS}, ${now} FROM counted WHERE n % ${BACK} = 0`)

// What follows from them.
db.run(`UPDATE users SET focus = (SELECT count(*) FROM follows WHERE follower_id = users.id),
  fans = (SELECT count(*) FROM follows WHERE followed_id = users.id) WHERE id = ${STAR} OR id > ${first}`)
db.run("ANALYZE")
db.run("PRAGMA wal_checkpoint(TRUNCATE)")
const { deep } = db
  .query<{ deep: number }, []>(
    `SELECT id AS deep FROM follows WHERE followed_id = ${STAR} ORDER BY id DESC LIMIT 1 OFFSET ${DEEP - 1}`,
  )
  .get() ?? { deep: 0 }
db.close()
process.stdout.write(`${deep}\n`)
