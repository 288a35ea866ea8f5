import { randomBytes } from "node:crypto"
import { eq } from "drizzle-orm"
import type { App } from "../app.ts"
import { duplicate } from "../db/error.ts"
import { lockRow } from "../db/lock.ts"
import type { Db } from "../db/query.ts"
import { type After, write } from "../db/write.ts"
import type { Platform } from "../providers/sms/index.ts"
import { type Reason, refuse } from "../refusal.ts"
import { banOn } from "./ban.ts"
import { readyCode, type TakeCode } from "./code.ts"
import { countAttempt, forgiveAttempts, unlockAccount } from "./lockout.ts"
import { accountKey, isAccountName, phoneFrom } from "./phone.ts"
import { assertOpen, endSessions, openSession, type Session } from "./session.ts"
import { users } from "./tables.ts"
import { givenNickName, type User, userByAccount, userById } from "./user.ts"

export interface Registration {
  account: string
  password: string
  /** The code sent to the phone; needed when the account is one. */
  code: string | undefined
  platform: Platform
  channelId: string
}

export interface Registered {
  userId: number
  token: string
  nickName: string
}

/**
 * Makes an account and signs it in, using the phone's code up in the same write.
 *
 * @throws {Refusal} `account.phone_taken`, `code.wrong`, `account.name_taken`, `input.invalid`, `provider.unavailable`
 */
export async function register(app: App, registration: Registration): Promise<Registered> {
  const { account, password, code = "", platform, channelId } = registration
  const tel = phoneFrom(account)
  if (tel === undefined) assertNamesAllowed(app, account)
  const taken: Reason = tel === undefined ? "account.name_taken" : "account.phone_taken"
  // Asked before the slow hash; the unique key decides in the end.
  if (await userByAccount(app.db.read, account)) refuse(taken)
  const noCode: TakeCode = async () => true
  const take = tel === undefined ? noCode : await readyCode(app, { tel, purpose: "register", code, platform })
  const passwordHash = await app.passwords.hash(password)
  try {
    const made = await write(app, async (tx, after) => {
      if (!(await take(tx))) return undefined
      const { id, nickName } = await addUser(app, tx, {
        account: tel ?? account,
        tel: tel ?? "",
        passwordHash,
        channelId,
      })
      return { userId: id, nickName, token: await openSession(app, tx, after, id) }
    })
    return made ?? refuse("code.wrong")
  } catch (error) {
    if (duplicate(error)) refuse(taken)
    throw error
  }
}

function assertNamesAllowed(app: App, account: string): void {
  if (!isAccountName(account)) {
    refuse("input.invalid", {
      message: 'The parameter "account" must be a phone number, or 4 to 32 letters, digits and "_" with a letter.',
    })
  }
  if (!app.config.openRegistration) {
    refuse("input.invalid", { message: 'The parameter "account" must be a phone number here.' })
  }
}

type NewUser = Pick<
  typeof users.$inferInsert,
  "account" | "tel" | "passwordHash" | "channelId" | "isTest" | "sex" | "location"
>

/** Adds a user under the nickname that its id gives. */
export async function addUser(app: App, tx: Db, user: NewUser): Promise<{ id: number; nickName: string }> {
  const [added] = await tx
    .insert(users)
    .values({
      ...user,
      accountKey: accountKey(user.account),
      nickName: randomBytes(16).toString("hex"),
      createdAt: app.now(),
    })
    .returning({ id: users.id })
  const id = added?.id ?? 0
  const nickName = givenNickName(id)
  await tx.update(users).set({ nickName }).where(eq(users.id, id)).returning({ id: users.id })
  return { id, nickName }
}

export interface SignIn {
  account: string
  password: string
  ip: string
}

/**
 * Checks a password and signs in on this device, which ends the session on any other.
 *
 * @throws {Refusal} as {@link admit} does
 */
export function signIn(app: App, given: SignIn): Promise<{ user: User; token: string }> {
  return admit(app, given, async (tx, after, { userId }) => {
    const token = await openSession(app, tx, after, userId)
    return { user: await userById(tx, userId), token }
  })
}

/** Whose password was right, and the hash it was checked by. */
export interface Admitted {
  userId: number
  passwordHash: string
}

/**
 * Checks a password and does, in one write, what its owner may.
 *
 * @throws {Refusal} `account.unknown`; `account.wrong_password`, with the seconds to wait once there were too many;
 * `account.banned_forever`
 */
export async function admit<T>(
  app: App,
  { account, password, ip }: SignIn,
  enter: (tx: Db, after: After, admitted: Admitted) => Promise<T>,
): Promise<T> {
  const found = await userByAccount(app.db.read, account)
  await countAttempt(app, found?.id, ip)
  if (!found) refuse("account.unknown")
  if (!found.passwordHash || !(await app.passwords.verify(password, found.passwordHash))) {
    refuse("account.wrong_password")
  }
  if (banOn(found.bannedUntil, app.now()) === "account.banned_forever") refuse("account.banned_forever")
  const { passwordHash } = found
  return write(app, async (tx, after) => {
    await assertPasswordStands(tx, found.id, passwordHash)
    await forgiveAttempts(app, tx, found.id, ip)
    return enter(tx, after, { userId: found.id, passwordHash })
  })
}

/** @throws {Refusal} `account.phone_taken` */
export async function assertPhoneFree(app: App, tel: string): Promise<void> {
  if (await userByAccount(app.db.read, tel)) refuse("account.phone_taken")
}

/**
 * Holds the account until the write ends, and makes sure that the password just checked was not changed meanwhile: who is
 * checking an old password while it is reset must not get in.
 */
async function assertPasswordStands(tx: Db, userId: number, checked: string): Promise<void> {
  await lockRow(tx, users, userId)
  const [current] = await tx.select({ passwordHash: users.passwordHash }).from(users).where(eq(users.id, userId))
  if (current?.passwordHash !== checked) refuse("account.wrong_password")
}

export interface PasswordChange {
  session: Session
  oldPassword: string
  newPassword: string
  ip: string
}

/**
 * Changes a password; the session that asks goes on.
 *
 * @throws {Refusal} `account.no_password`, `account.wrong_password`
 */
export async function changePassword(app: App, change: PasswordChange): Promise<void> {
  const { session, oldPassword, newPassword, ip } = change
  const { user } = session
  const current = await userByAccount(app.db.read, user.account)
  if (!current?.passwordHash) refuse("account.no_password")
  await countAttempt(app, user.id, ip)
  if (!(await app.passwords.verify(oldPassword, current.passwordHash))) refuse("account.wrong_password")
  const passwordHash = await app.passwords.hash(newPassword)
  const checked = current.passwordHash
  await write(app, async (tx) => {
    await assertPasswordStands(tx, user.id, checked)
    await assertOpen(tx, session.id)
    await forgiveAttempts(app, tx, user.id, ip)
    await setPassword(tx, user.id, passwordHash)
  })
}

export interface PasswordReset {
  account: string
  password: string
  code: string
  platform: Platform
  ip: string
}

/**
 * Sets a new password by a code sent to the phone, and ends every session.
 *
 * @throws {Refusal} `account.phone_unknown`, `code.wrong`, `account.no_password`, `account.banned`,
 * `account.banned_forever`, `provider.unavailable`
 */
export async function resetPassword(app: App, { account, password, code, platform, ip }: PasswordReset): Promise<void> {
  const tel = phoneFrom(account)
  const found = tel === undefined ? undefined : await userByAccount(app.db.read, tel)
  if (!found || tel === undefined) refuse("account.phone_unknown")
  if (found.passwordHash === null) refuse("account.no_password")
  const ban = banOn(found.bannedUntil, app.now())
  if (ban) refuse(ban)
  const take = await readyCode(app, { tel, purpose: "reset", code, platform })
  const passwordHash = await app.passwords.hash(password)
  const done = await write(app, async (tx, after) => {
    await lockRow(tx, users, found.id)
    if (!(await take(tx))) return false
    await unlockAccount(tx, found.id, ip)
    await setPassword(tx, found.id, passwordHash)
    await endSessions(app, tx, after, found.id, "signed_out")
    return true
  })
  if (!done) refuse("code.wrong")
}

const setPassword = (tx: Db, userId: number, passwordHash: string) =>
  tx.update(users).set({ passwordHash }).where(eq(users.id, userId)).returning({ id: users.id })
