import { eq, inArray, or, type SQL, sql } from "drizzle-orm"
import { promise } from "../db/outbox.ts"
import type { Db } from "../db/query.ts"
import { type Closing, holding, type PersonalData } from "../personal.ts"
import { bannedForever } from "./ban.ts"
import { identities, knownDevices, loginFailures, sessions, smsCodes, users } from "./tables.ts"
import { givenNickName } from "./user.ts"

/** Named so that nobody can register it, or sign in to it with a password. */
const erasedAccount = (userId: number) => `erased:${userId}`

/** Whether a person was erased. */
export const isErased = ({ id, account }: { id: number; account: string }) => account === erasedAccount(id)

const codesToUser = (db: Db, userId: number) =>
  inArray(smsCodes.tel, db.select({ tel: users.tel }).from(users).where(eq(users.id, userId)))

/** What a wrong password was tried on is a text; see `attemptsOf`. */
const triedOnUser = (userId: number): SQL | undefined => {
  const [alone, fromAnAddress] = [`user ${userId}`, `user ${userId} ip `]
  const { subject } = loginFailures
  return or(eq(subject, alone), eq(sql`substr(${subject}, 1, ${sql.raw(String(fromAnAddress.length))})`, fromAnAddress))
}

export const accountsPersonal: PersonalData = {
  holdings: [
    holding({
      name: "profile",
      table: users,
      whose: [users.id],
      without: ["passwordHash", "accountKey"],
      erasure: "at closing",
    }),
    holding({ name: "sign_in_identities", table: identities, whose: [identities.userId], erasure: "at closing" }),
    holding({
      name: "sessions",
      table: sessions,
      whose: [sessions.userId],
      without: ["tokenHash"],
      erasure: "deleted",
    }),
    holding({ name: "devices", table: knownDevices, whose: [knownDevices.userId], erasure: "deleted" }),
    holding({
      name: "codes",
      table: smsCodes,
      whose: [],
      match: codesToUser,
      without: ["codeHash"],
      erasure: "at closing",
    }),
    holding({
      name: "wrong_passwords",
      table: loginFailures,
      whose: [],
      match: (_, userId) => triedOnUser(userId),
      erasure: "at closing",
    }),
  ],
  close: closeAccount,
}

/**
 * Closes an account for good and takes from it whatever says whose it was; its number and what it spent and earned remain.
 * Its sockets are ended by the server.
 */
async function closeAccount({ app, tx, after, userId }: Closing): Promise<void> {
  await tx.delete(smsCodes).where(codesToUser(tx, userId)).returning({ id: smsCodes.id })
  await tx.delete(loginFailures).where(triedOnUser(userId)).returning({ id: loginFailures.id })
  await tx.delete(identities).where(eq(identities.userId, userId)).returning({ id: identities.id })
  const account = erasedAccount(userId)
  await tx
    .update(users)
    .set({
      account,
      accountKey: account,
      tel: "",
      passwordHash: null,
      nickName: givenNickName(userId),
      sex: 0,
      signature: "",
      location: "",
      school: "",
      image: "",
      cover: "",
      push: false,
      channelId: "",
      bannedUntil: bannedForever,
    })
    .where(eq(users.id, userId))
    .returning({ id: users.id })
  await promise(app, tx, after, "account.closed", { userId })
}
