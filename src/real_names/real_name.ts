import { and, count, eq, inArray, ne } from "drizzle-orm"
import { users } from "../accounts/tables.ts"
import type { App } from "../app.ts"
import { lockName, lockRow } from "../db/lock.ts"
import { type Db, query } from "../db/query.ts"
import { write } from "../db/write.ts"
import { refuse } from "../refusal.ts"
import { isOn } from "../switches/switch.ts"
import { fingerprintOf, identityFrom, isSameName, openIdentity, type Statement, sealIdentity } from "./identity.ts"
import { type RealName, realNames } from "./tables.ts"

const ofUser = query<{ userId: number }>()((db, $) =>
  db.select().from(realNames).where(eq(realNames.userId, $.userId)).prepare(),
)

/** What a user said of themselves, and what became of it. */
export async function realNameOf(db: Db, userId: number): Promise<RealName | undefined> {
  const [record] = await ofUser(db, { userId })
  return record
}

/**
 * Files who a user says to be, for an operator to look at; again after a refusal. A document stands for as many accounts as
 * the settings allow, counting those that wait.
 *
 * @throws {Refusal} `input.invalid`, also for a school with a forbidden word; `realname.pending` while an earlier one waits
 */
export async function fileRealName(app: App, userId: number, statement: Statement & { school: string }): Promise<void> {
  const { school } = statement
  // The call has no code of its own for it.
  if (app.words.finds(school)) {
    refuse("input.invalid", { message: 'The parameter "school" contains a forbidden word.' })
  }
  const identity = identityFrom(app, statement)
  const fingerprint = fingerprintOf(app, identity)
  const sealedIdentity = sealIdentity(app, identity)
  await write(app, async (tx) => {
    await lockRow(tx, users, userId)
    const former = await realNameOf(tx, userId)
    if (former?.state === "pending") refuse("realname.pending")
    if (former?.state === "approved") refuse("input.invalid", { message: "Your real name was approved already." })
    await assertFree(app, tx, fingerprint, userId)
    if (former) await tx.delete(realNames).where(eq(realNames.id, former.id)).returning({ id: realNames.id })
    await tx
      .insert(realNames)
      .values({ userId, state: "pending", sealedIdentity, fingerprint, school, submittedAt: app.now() })
      .returning({ id: realNames.id })
  })
}

async function assertFree(app: App, tx: Db, fingerprint: string, userId: number): Promise<void> {
  await lockName(tx, `real name ${fingerprint}`)
  const [held] = await tx
    .select({ accounts: count() })
    .from(realNames)
    .where(
      and(
        eq(realNames.fingerprint, fingerprint),
        inArray(realNames.state, ["pending", "approved"]),
        ne(realNames.userId, userId),
      ),
    )
  if ((held?.accounts ?? 0) >= app.config.realNameAccounts) {
    refuse("input.invalid", { message: 'The parameter "identification" is the document of another account.' })
  }
}

/** Whether the operator asks for real names. */
export const realNamesAreAsked = (db: Db) => isOn(db, "real_name")

/**
 * Makes sure that a user has an approved real name while the operator asks for one.
 *
 * @throws {Refusal} `realname.missing`, with the reason after a refusal; `realname.pending`
 */
export async function assertRealName(db: Db, userId: number): Promise<void> {
  if (!(await realNamesAreAsked(db))) return
  const record = await realNameOf(db, userId)
  if (record?.state === "approved") return
  if (record?.state === "pending") refuse("realname.pending")
  if (!record) refuse("realname.missing")
  refuse("realname.missing", { message: `Your real name was refused: ${record.why} Send it again.` })
}

/**
 * Whether a name may be a user's own: once a real name is approved, that one alone. A name that cannot be read, undefined, is
 * not it.
 */
export async function isOwnName(app: App, db: Db, userId: number, name: string | undefined): Promise<boolean> {
  const record = await realNameOf(db, userId)
  if (record?.state !== "approved") return true
  const identity = openIdentity(app, record.sealedIdentity)
  return identity !== undefined && name !== undefined && isSameName(identity.name, name)
}
