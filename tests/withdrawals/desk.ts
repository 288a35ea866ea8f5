import { asc, eq } from "drizzle-orm"
import { grant } from "../../src/admin/role.ts"
import { auditLog } from "../../src/audit/tables.ts"
import { write } from "../../src/db/write.ts"
import type { Role } from "../../src/rights.ts"
import { items } from "../../src/withdrawals/tables.ts"
import type { TestApp } from "../support/app.ts"
import { canCash } from "../support/cash.ts"
import { registers } from "../support/cast.ts"
import { earnsRipeRice } from "../support/money.ts"
import { Phone } from "../support/phone.ts"

/** What opens the operator's calls in these stories. */
export const operatorToken = "0123456789-the-operator-0123456789"

/** A phone that acts with the operator's token. */
export function theDesk(app: TestApp): Phone {
  const desk = new Phone(app, "the desk")
  desk.token = operatorToken
  return desk
}

/** Registers somebody who may act for the operator. */
export async function anOperator(app: TestApp, name: string, role: Role): Promise<Phone> {
  const phone = await registers(app, name)
  await grant(app.running.app, "cli", phone.tel, role)
  return phone
}

/** Registers somebody who lacks only the rice to withdraw. */
export async function aHost(app: TestApp, name = "Ana"): Promise<Phone> {
  const host = await registers(app, name)
  await canCash(host)
  return host
}

/** Earns so many yuan and asks for them. @returns the withdrawal's id */
export async function asksFor(host: Phone, money: number): Promise<string> {
  await earnsRipeRice(host, money * 20)
  return String((await host.ok("POST", "/card/cash_bank", { money }))["id"])
}

/** Puts something into the mall. @returns its id */
export async function stocks(
  { running }: TestApp,
  what: { moon: number; stock: number; onSale?: boolean },
): Promise<number> {
  const [added] = await write(running.app, (tx) =>
    tx
      .insert(items)
      .values({ name: "a mug", icon: "", ...what })
      .returning({ id: items.id }),
  )
  return added?.id ?? 0
}

/** How many of an item are left. */
export async function stockOf({ running }: TestApp, id: number): Promise<number | undefined> {
  const [item] = await running.app.db.read.select({ stock: items.stock }).from(items).where(eq(items.id, id))
  return item?.stock
}

export const approve = (who: Phone, id: string) => who.ok("POST", "/admin/withdrawals/approve", { id })

export const reject = (who: Phone, id: string) =>
  who.ok("POST", "/admin/withdrawals/reject", { id, why: "no such holder" })

/** How an operator stands in the log. */
export const actorOf = ({ uid }: Phone) => `user ${uid}`

/** What the log says of a withdrawal, oldest first. */
export const logOf = ({ running }: TestApp, id: string) =>
  running.app.db.read
    .select({ actor: auditLog.actor, act: auditLog.act })
    .from(auditLog)
    .where(eq(auditLog.target, `withdrawal ${id}`))
    .orderBy(asc(auditLog.id))
