// What the product is measured against: the least a developer would write for the same answers.
import { Database } from "bun:sqlite"
import { createHash } from "node:crypto"
import { join } from "node:path"

const ACCOUNTS = 10_000

const db = new Database(join(process.env["DATA_DIR"] ?? ".", "bare.db"))
db.run("PRAGMA journal_mode = WAL")
db.run("PRAGMA synchronous = FULL")
db.run(`CREATE TABLE IF NOT EXISTS users (uid INTEGER PRIMARY KEY, token_hash TEXT UNIQUE, account TEXT, tel TEXT,
  nick_name TEXT, sex INTEGER, user_level INTEGER, anchor_level INTEGER, user_exp INTEGER, anchor_exp INTEGER, image TEXT,
  diamond INTEGER, focus INTEGER, fans INTEGER, coupons INTEGER, push INTEGER, signature TEXT, location TEXT, school TEXT) STRICT`)
db.run("CREATE TABLE IF NOT EXISTS entries (id INTEGER PRIMARY KEY, counter_id INTEGER, amount INTEGER) STRICT")
db.run("CREATE TABLE IF NOT EXISTS counters (id INTEGER PRIMARY KEY, total INTEGER) STRICT")
db.run("CREATE TABLE IF NOT EXISTS purses (id INTEGER PRIMARY KEY, diamonds INTEGER, rice INTEGER) STRICT")
db.run(
  "CREATE TABLE IF NOT EXISTS gifts (id INTEGER PRIMARY KEY, giver INTEGER, receiver INTEGER, price INTEGER) STRICT",
)
const hashOf = (token: string) => createHash("sha256").update(token).digest("hex")
const addUser = db.prepare(`INSERT OR IGNORE INTO users VALUES
  (?1, ?2, ?1, '15400000000', ?3, 1, 0, 0, 0, 0, '', 0, 0, 0, 0, 0, 'love', 'shanghai', 'school')`)
const addCounter = db.prepare("INSERT OR IGNORE INTO counters VALUES (?, 0)")
const addPurse = db.prepare("INSERT OR IGNORE INTO purses VALUES (?, 1000000000, 0)")
if (!db.query("SELECT 1 FROM users").get()) {
  db.transaction(() => {
    for (let uid = 1; uid <= ACCOUNTS; uid++) addUser.run(uid, hashOf(`token-${uid}`), `大米${uid}`)
    for (let id = 0; id < 1000; id++) addCounter.run(id)
    for (let id = 0; id < 1000; id++) addPurse.run(id)
  })()
}

const page = db.prepare(`SELECT image AS Image, nick_name AS NickName, sex AS Sex, signature AS Signature,
  location AS Location, focus AS Focus, fans AS Fans, school AS School FROM users WHERE uid = ?`)
const own = db.prepare(`SELECT uid AS Uid, account AS Account, tel AS Tel, nick_name AS NickName, sex AS Sex,
  user_level AS UserLevel, anchor_level AS AnchorLevel, user_exp AS UserExp, anchor_exp AS AnchorExp, image AS Image,
  diamond AS Diamond, focus AS Focus, fans AS Fans, coupons AS Coupons, push AS Push, signature AS Signature,
  location AS Location, school AS School FROM users WHERE token_hash = ?`)
const sign = db.prepare("UPDATE users SET signature = ? WHERE token_hash = ?")
const addEntry = db.prepare("INSERT INTO entries (counter_id, amount) VALUES (?, 1)")
const count = db.prepare("UPDATE counters SET total = total + 1 WHERE id = ?")
const record = db.transaction((counterId: number) => {
  addEntry.run(counterId)
  count.run(counterId)
})

const debit = db.prepare("UPDATE purses SET diamonds = diamonds - 1 WHERE id = ? AND diamonds >= 1")
const credit = db.prepare("UPDATE purses SET rice = rice + 1 WHERE id = ?")
const addGift = db.prepare("INSERT INTO gifts (giver, receiver, price) VALUES (?, ?, 1)")
const give = db.transaction((giver: number, receiver: number) => {
  debit.run(giver)
  credit.run(receiver)
  addGift.run(giver, receiver)
})

const param = (url: string, name: string) => new URL(url).searchParams.get(name) ?? ""
let seq = 0

type Viewer = { uid: string; roomId: string }

const server: Bun.Server<Viewer> = Bun.serve<Viewer, string>({
  hostname: "127.0.0.1",
  port: Number(process.env["PORT"]),
  routes: {
    "/readyz": () => Response.json({ ErrCode: 0 }),
    "/look_info": (request) => Response.json({ ErrCode: 0, user: page.get(Number(param(request.url, "uid"))) }),
    "/user/refresh_info": (request) => {
      const token = param(request.url, "token")
      return Response.json({ ErrCode: 0, user: { ...(own.get(hashOf(token)) as object), Token: token } })
    },
    "/user/modify_info_sign": async (request) => {
      const form = new URLSearchParams(await request.text())
      sign.run(form.get("sign") ?? "", hashOf(form.get("token") ?? ""))
      return Response.json({ ErrCode: 0 })
    },
    "/write": (request) => {
      record.immediate(Number(param(request.url, "counter")))
      return Response.json({ ErrCode: 0 })
    },
    "/gift": (request) => {
      give.immediate(Number(param(request.url, "giver")), Number(param(request.url, "receiver")))
      return Response.json({ ErrCode: 0 })
    },
    "/channel/:id/ws": (request) => {
      const data = { uid: param(request.url, "uid"), roomId: request.params["id"] ?? "" }
      return server.upgrade(request, { data }) ? undefined : new Response(null, { status: 400 })
    },
  },
  websocket: {
    open: (socket) => void socket.subscribe(socket.data.roomId),
    message(socket, text) {
      const { mtype, msg } = JSON.parse(String(text))
      if (mtype !== 1) return
      const { uid, roomId } = socket.data
      const from = { uid, nick_name: `大米${uid}`, image: "", user_level: 0, anchor_level: 0 }
      server.publish(roomId, JSON.stringify({ mtype, msg, ...from, seq: ++seq }))
    },
  },
})
process.on("SIGTERM", () => process.exit(0))
