import { eq } from "drizzle-orm"
import { users } from "../../src/accounts/tables.ts"
import { creditUser } from "../../src/admin/credit.ts"
import { write } from "../../src/db/write.ts"
import type { Phone } from "../support/phone.ts"

/** Of the seeded table: 玫瑰, 5 diamonds. */
export const rose = 2

/** Gives a person diamonds of the house's. */
export async function endows({ app, uid }: Phone, amount: number): Promise<void> {
  const given = { userId: uid, currency: "diamond", amount, actor: "cli", why: "a story" } as const
  await creditUser(app.running.app, given)
}

/** Changes a person's row behind the server's back. */
export const amends = ({ app, uid }: Phone, change: Partial<typeof users.$inferInsert>) =>
  write(app.running.app, (tx) => tx.update(users).set(change).where(eq(users.id, uid)).returning({ id: users.id }))
