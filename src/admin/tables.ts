import { users } from "../accounts/tables.ts"
import { id, int, table, text, uniqueIndex } from "../db/kit.ts"
import type { Role } from "../rights.ts"

/** Who may act for the operator. */
export const roles = table(
  "roles",
  {
    id: id(),
    userId: int()
      .notNull()
      .references(() => users.id),
    role: text().$type<Role>().notNull(),
    grantedAt: int().notNull(),
  },
  (t) => [uniqueIndex("roles_user_role").on(t.userId, t.role)],
)
