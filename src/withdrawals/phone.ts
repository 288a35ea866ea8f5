import { and, eq } from "drizzle-orm"
import { takeCode } from "../accounts/code.ts"
import type { App } from "../app.ts"
import { type Db, query } from "../db/query.ts"
import { write } from "../db/write.ts"
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

/**
 * Binds a phone to a user's withdrawals by the code sent to it. Whose else it is tells only who holds it.
 *
 * @throws {Refusal} `cash.phone_bound`, `code.wrong`, `cash.phone_elsewhere`
 */
export async function bindCashPhone(app: App, userId: number, tel: string, code: string): Promise<void> {
  const bound = await write(app, async (tx) => {
    if (await cashPhoneOf(tx, userId)) refuse("cash.phone_bound")
    if (!(await takeCode(app, tx, tel, "cash", code))) return false
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
 * @throws {Refusal} `cash.phone_unbound`, `code.wrong`
 */
export async function unbindCashPhone(app: App, userId: number, code: string): Promise<void> {
  const unbound = await write(app, async (tx) => {
    const tel = (await cashPhoneOf(tx, userId)) ?? refuse("cash.phone_unbound")
    if (!(await takeCode(app, tx, tel, "cash", code))) return false
    await tx
      .delete(cashPhones)
      .where(and(eq(cashPhones.userId, userId), eq(cashPhones.tel, tel)))
      .returning({ id: cashPhones.id })
    return true
  })
  if (!unbound) refuse("code.wrong")
}
