import { and, eq, gte, inArray, isNotNull, ne, or } from "drizzle-orm"
import { banOn } from "../accounts/ban.ts"
import { users } from "../accounts/tables.ts"
import { roles } from "../admin/tables.ts"
import type { App } from "../app.ts"
import { actorOf } from "../audit/audit.ts"
import { type Db, query } from "../db/query.ts"
import { rolesWith } from "../rights.ts"
import { type Withdrawal, withdrawals } from "./tables.ts"

/** More than any day lasts, in milliseconds; clocks put back make one of 25 hours. */
const longerThanADay = 48 * 3_600_000

const approvedBeside = query<{ userId: number; id: number; since: number }>()((db, $) =>
  db
    .select({ rice: withdrawals.rice, finishedAt: withdrawals.finishedAt })
    .from(withdrawals)
    .where(
      and(
        eq(withdrawals.userId, $.userId),
        ne(withdrawals.id, $.id),
        or(
          and(eq(withdrawals.state, "paid"), gte(withdrawals.finishedAt, $.since)),
          and(eq(withdrawals.state, "pending"), isNotNull(withdrawals.firstApprover)),
        ),
      ),
    )
    .prepare(),
)

/**
 * Whether two operators must approve a withdrawal: when it would bring what its owner is paid today, money and goods alike,
 * above a sum. What waits for its second approval counts too, since whatever day. A withdrawal that waited for a second once
 * needs one for good. The write holds the owner's wallet, so that withdrawals approved at once are counted one by one.
 */
export async function needsTwo(app: App, tx: Db, { id, userId, rice, firstApprover }: Withdrawal): Promise<boolean> {
  if (firstApprover !== null) return true
  const { cashTwoApprovers, ricePerYuan } = app.config
  const now = app.now()
  const today = app.calendar.dayOf(now)
  const others = await approvedBeside(tx, { userId, id, since: now - longerThanADay })
  const counted = others.filter(({ finishedAt }) => finishedAt === null || app.calendar.dayOf(finishedAt) === today)
  return counted.reduce((sum, other) => sum + other.rice, rice) > cashTwoApprovers * ricePerYuan
}

const operators = query()((db) =>
  db
    .select({ userId: roles.userId, bannedUntil: users.bannedUntil })
    .from(roles)
    .innerJoin(users, eq(users.id, roles.userId))
    .where(inArray(roles.role, rolesWith("withdrawals.decide")))
    .prepare(),
)

/**
 * Whether an actor's approval may be one of two, now: an account that has the role and is not suspended. The operator's
 * token is nobody's in particular, so whoever holds it might be the other of the two.
 */
export async function isOneOfTwo(app: App, tx: Db, actor: string): Promise<boolean> {
  const found = await operators(tx, {})
  return found.some(({ userId, bannedUntil }) => actorOf(userId) === actor && !banOn(bannedUntil, app.now()))
}
