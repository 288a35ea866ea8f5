import { and, asc, eq } from "drizzle-orm"
import { users } from "../accounts/tables.ts"
import { userByAccount } from "../accounts/user.ts"
import type { App } from "../app.ts"
import { audit } from "../audit/audit.ts"
import { type Db, query } from "../db/query.ts"
import { write } from "../db/write.ts"
import { refuse } from "../refusal.ts"
import type { Role } from "../rights.ts"
import { roles } from "./tables.ts"

/** Lets an account act for the operator; granting twice is fine. @throws {Refusal} `account.unknown` */
export async function grant(app: App, actor: string, account: string, role: Role): Promise<void> {
  const user = (await userByAccount(app.db.read, account)) ?? refuse("account.unknown")
  await write(app, async (tx) => {
    const added = await tx
      .insert(roles)
      .values({ userId: user.id, role, grantedAt: app.now() })
      .onConflictDoNothing()
      .returning({ id: roles.id })
    if (added.length > 0)
      await audit(app, tx, { actor, act: "role.grant", target: `user ${user.id}`, detail: { role } })
  })
}

/** Takes a role, or all roles, from an account. @throws {Refusal} `account.unknown` */
export async function revoke(app: App, actor: string, account: string, role: Role | undefined): Promise<void> {
  const user = (await userByAccount(app.db.read, account)) ?? refuse("account.unknown")
  await write(app, async (tx) => {
    const taken = await tx
      .delete(roles)
      .where(and(eq(roles.userId, user.id), role && eq(roles.role, role)))
      .returning({ role: roles.role })
    for (const one of taken) {
      await audit(app, tx, { actor, act: "role.revoke", target: `user ${user.id}`, detail: one })
    }
  })
}

/** Everybody who has a role. */
export function roleHolders(app: App) {
  return app.db.read
    .select({ userId: users.id, account: users.account, role: roles.role })
    .from(roles)
    .innerJoin(users, eq(users.id, roles.userId))
    .orderBy(asc(users.id), asc(roles.role))
}

const ofUser = query<{ userId: number }>()((db, $) =>
  db.select({ role: roles.role }).from(roles).where(eq(roles.userId, $.userId)).prepare(),
)

/** The roles of one user. */
export async function rolesOf(db: Db, userId: number): Promise<Role[]> {
  const held = await ofUser(db, { userId })
  return held.map(({ role }) => role)
}
