import { and, eq } from "drizzle-orm"
import { readyCode } from "../accounts/code.ts"
import type { App } from "../app.ts"
import { type Db, query } from "../db/query.ts"
import { write } from "../db/write.ts"
import type { Platform } from "../providers/sms/index.ts"
import { refuse } from "../refusal.ts"
import { cashPhones } from "./tables.ts"

const ofUser = query<{ userId: number }>()((db, $) =>
  db.select({ tel: cashPhones.tel }).from(cashPhones).where(eq(cashPhones.userId, $.userId)).prepare(),
)

/** The phone a user's withdrawals are confirmed by, if one is bound. */
export async function cashPhoneOf(db: Db, userId: number): Promise<string | undefined> {
  const [phone] = await ofUser(db, { userId })
  return phone?.tel
}

/** A code as the app sent it on. */
interface PhoneCode {
  code: string
  platform: Platform
}

/**
 * Binds a phone to a user's withdrawals by the code sent to it. Whose else it is tells only who holds it.
 *
 * @throws {Refusal} `cash.phone_bound`, `code.wrong`, `cash.phone_elsewhere`, `provider.unavailable`
 */
export async function bindCashPhone(app: App, userId: number, tel: string, typed: PhoneCode): Promise<void> {
  if (await cashPhoneOf(app.db.read, userId)) refuse("cash.phone_bound")
  const take = await readyCode(app, { tel, purpose: "cash", ...typed })
  const bound = await write(app, async (tx) => {
    if (await cashPhoneOf(tx, userId)) refuse("cash.phone_bound")
    if (!(await take(tx))) return false
    const [added] = await tx
      .insert(cashPhones)
      .values({ userId, tel, boundAt: app.now() })
      .onConflictDoNothing()
      .returning({ id: cashPhones.id })
    if (!added) refuse((await cashPhoneOf(tx, userId)) ? "cash.phone_bound" : "cash.phone_elsewhere")
    return true
  })
  if (!bound) refuse("code.wrong")
}

/**
 * Unbinds a user's phone by the code sent to it.
 *
 * @throws {Refusal} `cash.phone_unbound`, `code.wrong`, `provider.unavailable`
 */
export async function unbindCashPhone(app: App, userId: number, typed: PhoneCode): Promise<void> {
  const tel = (await cashPhoneOf(app.db.read, userId)) ?? refuse("cash.phone_unbound")
  const take = await readyCode(app, { tel, purpose: "cash", ...typed })
  const unbound = await write(app, async (tx) => {
    // The code is for that phone alone.
    if ((await cashPhoneOf(tx, userId)) !== tel) refuse("cash.phone_unbound")
    if (!(await take(tx))) return false
    await tx
      .delete(cashPhones)
      .where(and(eq(cashPhones.userId, userId), eq(cashPhones.tel, tel)))
      .returning({ id: cashPhones.id })
    return true
  })
  if (!unbound) refuse("code.wrong")
}
