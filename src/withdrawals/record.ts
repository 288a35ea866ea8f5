import { and, desc, eq, lt } from "drizzle-orm"
import { users } from "../accounts/tables.ts"
import type { App } from "../app.ts"
import { audit } from "../audit/audit.ts"
import { type Page, pageBounds } from "../db/page.ts"
import { type Db, query } from "../db/query.ts"
import { write } from "../db/write.ts"
import { openSealed } from "../sealed.ts"
import { sealedFor } from "./card.ts"
import { addressSeal } from "./item.ts"
import { items, type Withdrawal, type WithdrawalState, withdrawals } from "./tables.ts"

/** A withdrawal, and the name of what was ordered if it was goods. */
export interface Entry {
  withdrawal: Withdrawal
  itemName: string | null
}

const ofUser = query<{ userId: number } & ReturnType<typeof pageBounds>>()((db, $) =>
  db
    .select({ withdrawal: withdrawals, itemName: items.name })
    .from(withdrawals)
    .leftJoin(items, eq(items.id, withdrawals.itemId))
    .where(and(eq(withdrawals.userId, $.userId), lt(withdrawals.id, $.before)))
    .orderBy(desc(withdrawals.id))
    .limit($.limit)
    .offset($.offset)
    .prepare(),
)

/** What a user asked for, the newest first. */
export const withdrawalsOf = (db: Db, userId: number, page: Page): Promise<Entry[]> =>
  ofUser(db, { userId, ...pageBounds(page) })

/** A withdrawal with what an operator needs to carry it out. */
export interface OpenEntry extends Entry {
  nickName: string
  /** Undefined when they were sealed under another data key. */
  holder: string | undefined
  number: string | undefined
  address: string | undefined
}

/**
 * Withdrawals of all users with cards and addresses in full, the newest first; that they were shown is written down before
 * they are.
 */
export async function revealWithdrawals(
  app: App,
  actor: string,
  state: WithdrawalState | undefined,
  page: Page,
): Promise<OpenEntry[]> {
  const { before, limit, offset } = pageBounds(page)
  const found = await app.db.read
    .select({ withdrawal: withdrawals, itemName: items.name, nickName: users.nickName })
    .from(withdrawals)
    .innerJoin(users, eq(users.id, withdrawals.userId))
    .leftJoin(items, eq(items.id, withdrawals.itemId))
    .where(and(lt(withdrawals.id, before), state && eq(withdrawals.state, state)))
    .orderBy(desc(withdrawals.id))
    .limit(limit)
    .offset(offset)
  const ids = found.map(({ withdrawal }) => withdrawal.id)
  await write(app, (tx) => audit(app, tx, { actor, act: "withdrawal.list", target: "withdrawals", detail: { ids } }))
  return found.map((entry) => ({
    ...entry,
    holder: openSealed(app, sealedFor.holder, entry.withdrawal.sealedHolder),
    number: openSealed(app, sealedFor.number, entry.withdrawal.sealedNumber),
    address: openSealed(app, addressSeal, entry.withdrawal.sealedAddress),
  }))
}
