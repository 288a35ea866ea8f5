import { and, eq } from "drizzle-orm"
import type { App } from "../app.ts"
import { actorOf, audit } from "../audit/audit.ts"
import { held } from "../db/lock.ts"
import type { Db } from "../db/query.ts"
import { write } from "../db/write.ts"
import { refuse } from "../refusal.ts"
import { currencies, type Party, transfer } from "../wallet/ledger.ts"
import { holdWallets } from "../wallet/wallet.ts"
import { isOneOfTwo, needsTwo } from "./four_eyes.ts"
import { returnToStock } from "./item.ts"
import { type Withdrawal, withdrawals } from "./tables.ts"

/**
 * Approves a withdrawal, which pays it: the operator sends the money or the goods. Above a day's sum two operators must
 * approve ({@link needsTwo}), and the first one's approval leaves it pending; it counts for as long as its operator is one.
 *
 * It takes no `request_id`: a decision is final, so approving what is paid already changes nothing and answers what became
 * of it, and the same operator's second approval is refused.
 *
 * @returns the withdrawal as it stands then
 * @throws {Refusal} `payment.unknown_pack` for an unknown id; `session.forbidden` for one's own withdrawal, for approving
 * twice and, where two must approve, for the operator's token; `input.invalid` when it was rejected; `cash.shut` while its
 * owner owes diamonds of refunded payments
 */
export function approve(app: App, actor: string, id: number): Promise<Withdrawal> {
  return write(app, async (tx) => {
    const asked = await heldWithdrawal(tx, id)
    if (actor === actorOf(asked.userId)) {
      refuse("session.forbidden", { message: "Nobody approves a withdrawal of their own." })
    }
    if (asked.state === "paid") return asked
    if (asked.state === "rejected") refuse("input.invalid", { message: "This withdrawal was rejected already." })
    const { debt } = await holdWallets(tx, asked.userId)
    if (debt > 0) refuse("cash.shut", { message: `This user owes ${debt} diamonds of refunded payments.` })
    if (await needsTwo(app, tx, asked)) return approveAsOneOfTwo(app, tx, actor, asked)
    return pay(app, tx, actor, asked)
  })
}

/**
 * Rejects a withdrawal: the rice goes back to its owner, and the goods to the stock. It takes no `request_id`: a decision is
 * final, so rejecting what is rejected already changes nothing and answers what became of it.
 *
 * @returns the withdrawal as it stands then
 * @throws {Refusal} `payment.unknown_pack` for an unknown id, `input.invalid` when it was paid
 */
export function reject(app: App, actor: string, id: number, why: string): Promise<Withdrawal> {
  return write(app, async (tx) => {
    const asked = await heldWithdrawal(tx, id)
    if (asked.state === "rejected") return asked
    if (asked.state === "paid") refuse("input.invalid", { message: "This withdrawal was paid already." })
    const rejected = await change(tx, asked, { state: "rejected", decidedBy: actor, finishedAt: app.now(), why })
    await move(app, tx, asked, "return", asked.rice, { account: "rice", user: asked.userId })
    if (asked.itemId !== null) await returnToStock(tx, asked.itemId)
    await writeDown(app, tx, actor, "withdrawal.reject", rejected)
    return rejected
  })
}

/** Two operators who decide at once take turns. */
async function heldWithdrawal(tx: Db, id: number): Promise<Withdrawal> {
  const [found] = await held(tx.select().from(withdrawals).where(eq(withdrawals.id, id)))
  return found ?? refuse("payment.unknown_pack", { message: "There is no such withdrawal." })
}

async function approveAsOneOfTwo(app: App, tx: Db, actor: string, asked: Withdrawal): Promise<Withdrawal> {
  const { firstApprover } = asked
  if (!(await isOneOfTwo(app, tx, actor))) {
    refuse("session.forbidden", {
      message: "Two operators must approve this withdrawal, each from an account of their own.",
    })
  }
  if (firstApprover === actor) {
    refuse("session.forbidden", { message: "Another operator must approve this withdrawal too." })
  }
  const isSecond = firstApprover !== null && (await isOneOfTwo(app, tx, firstApprover))
  return isSecond ? pay(app, tx, actor, asked) : approveFirst(app, tx, actor, asked)
}

async function approveFirst(app: App, tx: Db, actor: string, asked: Withdrawal): Promise<Withdrawal> {
  const approved = await change(tx, asked, { firstApprover: actor })
  await writeDown(app, tx, actor, "withdrawal.approve_first", approved)
  return approved
}

async function pay(app: App, tx: Db, actor: string, asked: Withdrawal): Promise<Withdrawal> {
  const paid = await change(tx, asked, { state: "paid", decidedBy: actor, finishedAt: app.now() })
  const { rice, feeRice } = asked
  if (rice > feeRice) await move(app, tx, asked, "payout", rice - feeRice, { account: "paid" })
  if (feeRice > 0) await move(app, tx, asked, "fee", feeRice, { account: "fees" })
  await writeDown(app, tx, actor, "withdrawal.approve", paid)
  return paid
}

type Decision = Partial<Pick<Withdrawal, "state" | "firstApprover" | "decidedBy" | "finishedAt" | "why">>

async function change(tx: Db, { id }: Withdrawal, decision: Decision): Promise<Withdrawal> {
  const [changed] = await tx
    .update(withdrawals)
    .set(decision)
    .where(and(eq(withdrawals.id, id), eq(withdrawals.state, "pending")))
    .returning()
  return changed ?? refuse("server.unexpected")
}

/** Lets held rice go where it was decided to. */
function move(app: App, tx: Db, { id, userId }: Withdrawal, leg: string, amount: number, to: Party): Promise<void> {
  const from: Party = { account: "holds", user: userId }
  return transfer(app, tx, { cause: "withdrawal", causeId: id, leg, currency: currencies.rice, amount, from, to })
}

function writeDown(app: App, tx: Db, actor: string, act: string, asked: Withdrawal): Promise<void> {
  const { id, userId, kind, rice, yuan, why } = asked
  return audit(app, tx, { actor, act, target: `withdrawal ${id}`, detail: { userId, kind, rice, yuan, why } })
}
