import { desc } from "drizzle-orm"
import { auditLog } from "../../src/audit/tables.ts"
import { outbox } from "../../src/db/tables.ts"
import { write } from "../../src/db/write.ts"
import { openOrder } from "../../src/payments/order.ts"
import { packOnSale } from "../../src/payments/pack.ts"
import { opensConference } from "../conferences/stage.ts"
import { buysPack } from "../privacy/life.ts"
import type { TestApp } from "../support/app.ts"
import { registers } from "../support/cast.ts"
import { nextResidentNumber } from "../support/identity.ts"
import type { Phone, Values } from "../support/phone.ts"
import { aHost, asksFor, theDesk } from "../withdrawals/desk.ts"

/** What operators did, the latest first. */
export const actsIn = ({ running }: TestApp) =>
  running.app.db.read
    .select({ actor: auditLog.actor, act: auditLog.act, target: auditLog.target, detail: auditLog.detail })
    .from(auditLog)
    .orderBy(desc(auditLog.id))

/** Leaves a promise behind that was given up. @returns its number */
export async function givenUp({ running }: TestApp, kind = "room.closed", payload: object = {}): Promise<number> {
  const [row] = await write(running.app, (tx) =>
    tx
      .insert(outbox)
      .values({ kind, payload, dueAt: 0, attempts: 20, dead: true, createdAt: running.app.now() })
      .returning({ id: outbox.id }),
  )
  return row?.id ?? 0
}

/** Says who they are, by a document of their own. @returns the record's number */
export async function filesRealName(phone: Phone): Promise<string> {
  const identification = nextResidentNumber("19901231", 2)
  await phone.ok("POST", "/user/auth_real", { name: "Cai", identification, school: "" })
  return idIn(await theDesk(phone.app).ok("GET", "/admin/real_names"), "real_names")
}

/** Wants a pack by WeChat, and has not paid. @returns the order's number here */
export async function wantsPack({ app: { running }, uid }: Phone): Promise<number> {
  const pack = await packOnSale(running.app.db.read, "android", "gold_10")
  const wish = { userId: uid, provider: "weixin", pack, checkAt: null } as const
  return (await write(running.app, (tx) => openOrder(running.app, tx, wish))).id
}

/** The number of the first row of a list. */
export function idIn(answer: Record<string, unknown>, list: string): string {
  const [first] = answer[list] as { id: string }[]
  if (!first) throw new Error(`there is nothing in ${list}`)
  return first.id
}

/** The number of what an answer shows. */
const newId = (answer: Record<string, unknown>, key: string): string => (answer[key] as { id: string }).id

/** What each of the operator's calls needs to succeed, set up anew at every use. */
export const needs: Record<string, (app: TestApp) => Values | Promise<Values>> = {
  "GET /admin/auth_real_status": () => ({}),
  "GET /admin/users": () => ({}),
  "GET /admin/users/person": async (app) => ({ oid: (await registers(app, "Cai")).uid }),
  "GET /admin/bans": () => ({}),
  "POST /admin/forbid_user_power": async (app) => ({ oid: (await registers(app, "Mal")).uid, forbid: 1 }),
  "POST /admin/users/stage": async (app) => ({ oid: (await registers(app, "Mal")).uid, allowed: 0 }),
  async "POST /admin/close_chat"(app) {
    const mal = await registers(app, "Mal")
    await mal.opensRoom()
    return { anchorid: mal.uid }
  },
  "DELETE /admin/delete_multiple": async (app) => ({ rid: await opensConference(await registers(app, "Mal")) }),
  "GET /admin/monitor": () => ({}),
  "GET /admin/rooms": () => ({}),
  "GET /admin/reports": () => ({}),
  async "POST /admin/reports/settle"(app) {
    const [cai, mal] = [await registers(app, "Cai"), await registers(app, "Mal")]
    await cai.ok("POST", "/report", { oid: mal.uid, desc: "he sells herrings" })
    return { id: idIn(await theDesk(app).ok("GET", "/admin/reports"), "reports"), outcome: "he was warned" }
  },
  "GET /admin/real_names": () => ({}),
  "POST /admin/real_names/approve": async (app) => ({ id: await filesRealName(await registers(app, "Cai")) }),
  "POST /admin/real_names/refuse": async (app) => ({
    id: await filesRealName(await registers(app, "Cai")),
    why: "it cannot be read",
  }),
  "GET /admin/words": () => ({}),
  "POST /admin/words/forbid": () => ({ words: `herring${crypto.randomUUID().slice(0, 8)}` }),
  async "POST /admin/words/allow"(app) {
    const forbidden = await theDesk(app).ok("POST", "/admin/words/forbid", { words: crypto.randomUUID().slice(0, 8) })
    return { id: idIn(forbidden, "words") }
  },
  "GET /admin/notices": () => ({}),
  "POST /admin/notices/add": () => ({ text: "The server rests at four." }),
  async "POST /admin/notices/change"(app) {
    const added = await theDesk(app).ok("POST", "/admin/notices/add", { text: "The server rests at four." })
    return { id: newId(added, "notice"), on: 0 }
  },
  "GET /admin/flush_notice": () => ({}),
  "GET /admin/withdrawals": () => ({}),
  "POST /admin/withdrawals/approve": async (app) => ({ id: await asksFor(await aHost(app), 50) }),
  "POST /admin/withdrawals/reject": async (app) => ({ id: await asksFor(await aHost(app), 50), why: "no holder" }),
  "GET /admin/orders": () => ({}),
  "POST /admin/orders/ask": async (app) => ({ id: await wantsPack(await registers(app, "Cai")) }),
  async "POST /admin/orders/refund"(app) {
    await buysPack(await registers(app, "Cai"))
    return { id: idIn(await theDesk(app).ok("GET", "/admin/orders"), "orders"), why: "she was a child" }
  },
  "GET /admin/money": () => ({}),
  "GET /admin/gifts": () => ({}),
  "POST /admin/gifts/add": () => ({ name: "a herring", price: 7, category: 0 }),
  "POST /admin/gifts/change": () => ({ id: 1, on_sale: 1 }),
  "GET /admin/packs": () => ({}),
  "POST /admin/packs/add": () => ({
    platform: "ios",
    item_id: crypto.randomUUID(),
    describe: "a herring's worth",
    money: 3,
    diamonds: 30,
  }),
  "POST /admin/packs/change": () => ({ id: 1, on_sale: 1 }),
  "GET /admin/items": () => ({}),
  "POST /admin/items/add": () => ({ name: "a mug", moon: 500 }),
  "POST /admin/items/change": () => ({ id: 1, restock: 1 }),
  "GET /admin/tasks": () => ({}),
  "GET /admin/tasks/version": () => ({ id: 1 }),
  "POST /admin/tasks/publish": () => ({ platform: "ios", version: "9.1", tasks: "[]" }),
  "GET /admin/releases": () => ({}),
  "POST /admin/releases/announce": () => ({ platform: "ios", version: "2.0", url: "https://example.com/app" }),
  async "POST /admin/releases/withdraw"(app) {
    const release = { platform: "android", version: "2.0", url: "https://example.com/app" }
    await theDesk(app).ok("POST", "/admin/releases/announce", release)
    return { platform: "android" }
  },
  "GET /admin/switch_auth": () => ({ switch: 0 }),
  "GET /admin/switch_account_auth": () => ({ switch: 1 }),
  "GET /admin/switches": () => ({}),
  "POST /admin/switches/turn": () => ({ name: "cash", on: 1 }),
  "GET /admin/outbox": () => ({}),
  "POST /admin/outbox/retry": async (app) => ({ id: await givenUp(app) }),
  "GET /admin/audit_log": () => ({}),
}
