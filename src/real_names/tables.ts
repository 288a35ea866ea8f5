import { users } from "../accounts/tables.ts"
import { id, index, int, table, text, uniqueIndex } from "../db/kit.ts"

export type RealNameState = "pending" | "approved" | "refused"

/** Who people say they are, by a document; one record a user, and what is sent after a refusal is a new one. */
export const realNames = table(
  "real_names",
  {
    id: id(),
    userId: int()
      .notNull()
      .references(() => users.id),
    state: text().$type<RealNameState>().notNull(),
    /** Name, document, birthday and sex, encrypted. */
    sealedIdentity: text().notNull(),
    /** A keyed hash of the document, by which another account's is known. */
    fingerprint: text().notNull(),
    /** Shown on the profile once approved. */
    school: text().notNull(),
    submittedAt: int().notNull(),
    decidedAt: int(),
    decidedBy: text(),
    /** Why it was refused. */
    why: text().notNull().default(""),
  },
  (t) => [
    uniqueIndex("real_names_user").on(t.userId),
    index("real_names_fingerprint").on(t.fingerprint, t.state),
    index("real_names_state").on(t.state, t.id),
  ],
)

export type RealName = typeof realNames.$inferSelect
