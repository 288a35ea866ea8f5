import { and, desc, eq, lt } from "drizzle-orm"
import { users } from "../accounts/tables.ts"
import { setSchool } from "../accounts/user.ts"
import type { App } from "../app.ts"
import { actorOf, audit } from "../audit/audit.ts"
import { lockRow } from "../db/lock.ts"
import { type Page, pageBounds } from "../db/page.ts"
import type { Db } from "../db/query.ts"
import { type After, write } from "../db/write.ts"
import { noticeFrame } from "../realtime/notice.ts"
import { refuse } from "../refusal.ts"
import { type Identity, openIdentity } from "./identity.ts"
import { type RealName, type RealNameState, realNames } from "./tables.ts"

/** A record as an operator looks at it. */
export interface Entry {
  record: RealName
  nickName: string
  /** Undefined when it was sealed under another data key. */
  identity: Identity | undefined
}

/** A page of records in that state, the newest first, to be shown masked. */
export async function realNamesIn(app: App, state: RealNameState, page: Page): Promise<Entry[]> {
  const { before, limit, offset } = pageBounds(page)
  const found = await app.db.read
    .select({ record: realNames, nickName: users.nickName })
    .from(realNames)
    .innerJoin(users, eq(users.id, realNames.userId))
    .where(and(lt(realNames.id, before), eq(realNames.state, state)))
    .orderBy(desc(realNames.id))
    .limit(limit)
    .offset(offset)
  return found.map((entry) => ({ ...entry, identity: openIdentity(app, entry.record.sealedIdentity) }))
}

/** The same to be shown in full, which is written down before it is. */
export async function revealRealNames(app: App, actor: string, state: RealNameState, page: Page): Promise<Entry[]> {
  const found = await realNamesIn(app, state, page)
  const ids = found.map(({ record }) => record.id)
  await write(app, (tx) => audit(app, tx, { actor, act: "real_name.reveal", target: "real names", detail: { ids } }))
  return found
}

/**
 * Approves a real name; approving what is approved changes nothing.
 *
 * @throws {Refusal} `payment.unknown_pack` for an unknown id, `session.forbidden` for one's own, `input.invalid` when it was
 * refused
 */
export function approveRealName(app: App, actor: string, id: number): Promise<RealName> {
  return write(app, async (tx, after) => {
    const asked = await heldRecord(tx, id)
    if (actor === actorOf(asked.userId)) {
      refuse("session.forbidden", { message: "Nobody approves a real name of their own." })
    }
    if (asked.state === "approved") return asked
    if (asked.state === "refused") refuse("input.invalid", { message: "This real name was refused already." })
    const approved = await decide(app, tx, after, actor, asked, { state: "approved" })
    await setSchool(tx, asked.userId, asked.school)
    return approved
  })
}

/**
 * Refuses a real name, also one that was approved and turned out to be somebody else's. Refusing what is refused changes
 * nothing.
 *
 * @throws {Refusal} `payment.unknown_pack` for an unknown id
 */
export function refuseRealName(app: App, actor: string, id: number, why: string): Promise<RealName> {
  return write(app, async (tx, after) => {
    const asked = await heldRecord(tx, id)
    if (asked.state === "refused") return asked
    if (asked.state === "approved") await setSchool(tx, asked.userId, "")
    return decide(app, tx, after, actor, asked, { state: "refused", why })
  })
}

/** The record, which nobody else decides about or replaces before the write ends: whoever writes one holds its user. */
async function heldRecord(tx: Db, id: number): Promise<RealName> {
  const record = async () => {
    const [found] = await tx.select().from(realNames).where(eq(realNames.id, id))
    return found ?? refuse("payment.unknown_pack", { message: "There is no such real name, or a newer one was sent." })
  }
  await lockRow(tx, users, (await record()).userId)
  return record()
}

type Decision = { state: "approved" } | { state: "refused"; why: string }

async function decide(app: App, tx: Db, after: After, actor: string, asked: RealName, decision: Decision) {
  const { id, userId } = asked
  const isApproved = decision.state === "approved"
  const why = isApproved ? "" : decision.why
  const [decided] = await tx
    .update(realNames)
    .set({ state: decision.state, why, decidedAt: app.now(), decidedBy: actor })
    .where(eq(realNames.id, id))
    .returning()
  const act = isApproved ? "real_name.approve" : "real_name.refuse"
  await audit(app, tx, { actor, act, target: `real name ${id}`, detail: { userId, why } })
  const notice = isApproved ? "Your real name was approved." : `Your real name was refused: ${why}`
  after(() => app.realtime.toUser(userId, noticeFrame(notice)))
  return decided ?? refuse("server.unexpected")
}
