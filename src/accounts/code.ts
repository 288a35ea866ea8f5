import { randomInt, timingSafeEqual } from "node:crypto"
import { and, count, desc, eq, gt, lt } from "drizzle-orm"
import type { App } from "../app.ts"
import { lockName } from "../db/lock.ts"
import type { Db } from "../db/query.ts"
import { write } from "../db/write.ts"
import { type Platform, SmsNotSent, type SmsVerifier } from "../providers/sms/index.ts"
import { refuse } from "../refusal.ts"
import { smsCodes } from "./tables.ts"
import { userByAccount } from "./user.ts"

export const codePurposes = ["register", "reset", "cash"] as const
export type CodePurpose = (typeof codePurposes)[number]

const minute = 60_000
const day = 24 * 60 * minute
const codeTtl = 5 * minute
const tries = 5
const perNumberADay = 10
/** An address may stand for a whole office or carrier, so it gets more than a number does. */
const perAddressAMinute = 10
const perAddressADay = 200

const isLimited = (app: App) => app.config.rateLimits === "on"

/**
 * Sends a six-digit code to a phone. Only the newest code for a purpose counts.
 *
 * @throws {Refusal} `code.too_often` with seconds after which to try again; `provider.unavailable` when the provider
 * failed, and nothing is used up when the message was surely not sent, or when codes are the app's own to ask for;
 * `account.phone_unknown` when there is no password to reset
 */
export async function sendCode(app: App, tel: string, purpose: CodePurpose, ip: string): Promise<void> {
  const { sms } = app
  if (!("send" in sms)) refuse("provider.unavailable", { message: "The app itself has codes sent here." })
  if (purpose === "reset" && !(await userByAccount(app.db.read, tel))) refuse("account.phone_unknown")
  const code = String(randomInt(1_000_000)).padStart(6, "0")
  const reserved = await write(app, async (tx) => {
    if (isLimited(app)) await assertNotTooOften(app, tx, tel, ip)
    const [row] = await tx
      .insert(smsCodes)
      .values({
        tel,
        purpose,
        ip,
        codeHash: hashOf(app, tel, purpose, code),
        triesLeft: tries,
        expiresAt: app.now() + codeTtl,
        createdAt: app.now(),
      })
      .returning({ id: smsCodes.id })
    return row?.id ?? 0
  })
  try {
    await sms.send({ tel, code, purpose })
  } catch (error) {
    app.log.error("sms not sent", { provider: sms.name, error })
    if (error instanceof SmsNotSent) {
      await write(app, (tx) => tx.delete(smsCodes).where(eq(smsCodes.id, reserved)).returning({ id: smsCodes.id }))
    }
    refuse("provider.unavailable", { message: "The code could not be sent; try again shortly." })
  }
}

async function assertNotTooOften(app: App, tx: Db, tel: string, ip: string): Promise<void> {
  const since = async (column: typeof smsCodes.tel | typeof smsCodes.ip, value: string, age: number) => {
    const rows = await tx
      .select({ n: count() })
      .from(smsCodes)
      .where(and(eq(column, value), gt(smsCodes.createdAt, app.now() - age)))
    return rows[0]?.n ?? 0
  }
  await lockName(tx, `sms ip ${ip}`)
  await lockName(tx, `sms tel ${tel}`)
  if ((await since(smsCodes.tel, tel, minute)) >= 1) refuse("code.too_often", { retryAfter: 60 })
  if ((await since(smsCodes.ip, ip, minute)) >= perAddressAMinute) refuse("code.too_often", { retryAfter: 60 })
  if ((await since(smsCodes.tel, tel, day)) >= perNumberADay) refuse("code.too_often", { retryAfter: 3_600 })
  if ((await since(smsCodes.ip, ip, day)) >= perAddressADay) refuse("code.too_often", { retryAfter: 3_600 })
}

/** A code as somebody typed it, and what it is to allow. */
export interface TypedCode {
  tel: string
  purpose: CodePurpose
  code: string
  /** Which form of the app had it sent, where that was not us. */
  platform: Platform
}

/**
 * Uses a code up inside the write that it allows. A wrong try is counted, so the caller must let the write commit and
 * refuse afterwards.
 *
 * @returns whether the code was right
 */
export type TakeCode = (tx: Db) => Promise<boolean>

/**
 * Gets a typed code ready to be taken. One that the phone's SDK had sent is asked about and used up right now, outside any
 * write; what it allows should have been looked at before as far as it can be.
 *
 * @throws {Refusal} `code.wrong`, `provider.unavailable`
 */
export async function readyCode(app: App, typed: TypedCode): Promise<TakeCode> {
  if ("send" in app.sms) return (tx) => takeCode(app, tx, typed)
  if (!(await isRight(app, app.sms, typed))) refuse("code.wrong")
  return async () => true
}

async function isRight(app: App, sms: SmsVerifier, { tel, code, platform }: TypedCode): Promise<boolean> {
  if (code === "") return false
  try {
    return await sms.verify(tel, code, platform)
  } catch (error) {
    app.log.error("code not checked", { provider: sms.name, error })
    return refuse("provider.unavailable", { message: "The code could not be checked; try again shortly." })
  }
}

async function takeCode(app: App, tx: Db, { tel, purpose, code }: TypedCode): Promise<boolean> {
  const [newest] = await tx
    .select()
    .from(smsCodes)
    .where(and(eq(smsCodes.tel, tel), eq(smsCodes.purpose, purpose)))
    .orderBy(desc(smsCodes.id))
    .limit(1)
  if (!newest || newest.triesLeft === 0 || newest.expiresAt <= app.now()) return false
  const right = timingSafeEqual(Buffer.from(hashOf(app, tel, purpose, code)), Buffer.from(newest.codeHash))
  // Of tries made at once the condition lets one count; the others are refused unseen.
  const [taken] = await tx
    .update(smsCodes)
    .set({ triesLeft: right ? 0 : newest.triesLeft - 1 })
    .where(and(eq(smsCodes.id, newest.id), eq(smsCodes.triesLeft, newest.triesLeft)))
    .returning({ id: smsCodes.id })
  return right && taken !== undefined
}

const hashOf = (app: App, tel: string, purpose: CodePurpose, code: string) =>
  app.keys.sign("sms code", `${tel} ${purpose} ${code}`)

/** Forgets the codes sent to a phone, inside the write that erases whose it was. */
export const forgetCodesTo = (tx: Db, tel: string) =>
  tx.delete(smsCodes).where(eq(smsCodes.tel, tel)).returning({ id: smsCodes.id })

/** Forgets codes that no limit looks at any more. */
export function forgetOldCodes(app: App): Promise<unknown> {
  return write(app, (tx) =>
    tx
      .delete(smsCodes)
      .where(lt(smsCodes.createdAt, app.now() - day))
      .returning({ id: smsCodes.id }),
  )
}
