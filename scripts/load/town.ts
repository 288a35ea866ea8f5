// Fills a migrated data folder with a town that has a past: run once, before the server starts, with DATA_DIR, PEOPLE, GIFTS.
import { Database } from "bun:sqlite"
import { join } from "node:path"

const PEOPLE = Number(process.env["PEOPLE"])
const GIFTS = Number(process.env["GIFTS"])
/** Receivers: everybody may give, and so many are hosts. The first hosts get most. */
const HOSTS = Math.ceil(PEOPLE / 20)
const PURSE = 10_000

const db = new Database(join(process.env["DATA_DIR"] ?? ".", "mili.db"))
db.run("PRAGMA journal_mode = WAL")
db.run("PRAGMA synchronous = OFF")
db.run("PRAGMA cache_size = -2000000")
db.run("PRAGMA temp_store = MEMORY")

const now = Date.now()
const count = (to: number) =>
  `WITH RECURSIVE counted(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counted WHERE n < ${to})`
/** A fixed scatter of the gift's number: the same town every time. */
const scatter = (salt: number) => `((n * ${salt}) % 1000003 * 7919 + n) % 1000003`

const { first } = db.query<{ first: number }, []>("SELECT coalesce(max(id), 0) AS first FROM users").get() ?? {
  first: 0,
}

// People, and the purse each was given.
db.run(`INSERT INTO users (account, account_key, nick_name, created_at)
  ${count(PEOPLE)} SELECT 'town_' || n, 'town_' || n, '大米' || (${first} + n), ${now} FROM counted`)
db.run(`INSERT INTO credits (user_id, currency, amount, actor, why, created_at)
  ${count(PEOPLE)} SELECT ${first} + n, 1, ${PURSE}, 'cli', 'a past', ${now} FROM counted`)
db.run(`INSERT INTO transfers (at, key, cause, cause_id, currency, amount, from_account, to_account, to_user)
  SELECT ${now}, 'credit ' || id || ' diamond', 'credit', id, 1, ${PURSE}, 'issued', 'diamondBonus', user_id
  FROM credits WHERE user_id > ${first}`)

// Gifts of 米豆, one diamond each, from everybody in turn to a host: half of them to one in a hundred hosts.
db.run(`INSERT INTO gifts (giver_id, receiver_id, kind_id, number, diamonds, bought, rice, bought_rice, combo, created_at,
    earned_day)
  ${count(GIFTS)}, drawn AS (
    SELECT n, ${first} + 1 + (n % ${PEOPLE}) AS giver,
      ${first} + 1 + ${scatter(104729)} % CASE n % 2 WHEN 0 THEN ${HOSTS} ELSE max(1, ${HOSTS} / 100) END AS receiver,
      1 + n % 9 AS number
    FROM counted)
  SELECT giver, CASE receiver WHEN giver THEN ${first} + 1 + (receiver - ${first}) % ${PEOPLE} ELSE receiver END,
    1, number, number, 0, number, 0, number, ${now} - ${GIFTS} + n, ${Math.floor(now / 86_400_000)} FROM drawn`)
db.run(`INSERT INTO transfers (at, key, cause, cause_id, currency, amount, from_account, from_user, to_account)
  SELECT created_at, 'gift ' || id || ' diamond bonus', 'gift', id, 1, diamonds, 'diamondBonus', giver_id, 'revenue'
  FROM gifts WHERE giver_id > ${first}`)
db.run(`INSERT INTO transfers (at, key, cause, cause_id, currency, amount, from_account, to_account, to_user)
  SELECT created_at, 'gift ' || id || ' rice bonus', 'gift', id, 2, rice, 'issued', 'riceBonus', receiver_id
  FROM gifts WHERE giver_id > ${first}`)

// What follows from them.
db.run(`INSERT INTO gift_pairs (giver_id, receiver_id, diamonds)
  SELECT giver_id, receiver_id, sum(diamonds) FROM gifts WHERE giver_id > ${first} GROUP BY giver_id, receiver_id`)
db.run(`INSERT INTO wallets (user_id, diamond_bonus) SELECT id, ${PURSE} FROM users WHERE id > ${first}`)
db.run(`UPDATE wallets SET diamond_bonus = diamond_bonus - given.sum FROM
  (SELECT giver_id, sum(diamonds) AS sum FROM gifts GROUP BY giver_id) AS given WHERE given.giver_id = user_id`)
db.run(`UPDATE wallets SET rice_bonus = rice_bonus + got.sum FROM
  (SELECT receiver_id, sum(rice) AS sum FROM gifts GROUP BY receiver_id) AS got WHERE got.receiver_id = user_id`)
db.run(`UPDATE users SET user_exp = given.sum FROM
  (SELECT giver_id, sum(diamonds) AS sum FROM gifts GROUP BY giver_id) AS given WHERE given.giver_id = users.id`)
db.run(`UPDATE users SET anchor_exp = got.sum FROM
  (SELECT receiver_id, sum(rice) AS sum FROM gifts GROUP BY receiver_id) AS got WHERE got.receiver_id = users.id`)
db.run("ANALYZE")
db.run("PRAGMA wal_checkpoint(TRUNCATE)")
db.close()
process.stdout.write(`${first + 1}\n`)
