import { randomBytes } from "node:crypto"
import { and, eq, inArray } from "drizzle-orm"
import type { App } from "../app.ts"
import { duplicate } from "../db/error.ts"
import { lockName } from "../db/lock.ts"
import type { Db } from "../db/query.ts"
import { write } from "../db/write.ts"
import {
  type Identity,
  IdentityRefused,
  IdentityUnavailable,
  type Proofs,
  type Vendor,
} from "../providers/identity/index.ts"
import { type Reason, refuse } from "../refusal.ts"
import { addUser } from "./account.ts"
import { banOn } from "./ban.ts"
import { cleanText, nickNameFor } from "./nick_name.ts"
import { openSession } from "./session.ts"
import { identities, users } from "./tables.ts"
import { type User, userById } from "./user.ts"

/** Code points of a place, as in a profile. */
const locationMost = 80
/** How often a sign-up is tried when somebody else takes its nickname at the same moment. */
const triesMost = 3

export interface SignedIn {
  user: User
  token: string
}

/** What newcomers bring along that no vendor vouches for. */
export interface Newcomer {
  channelId: string
  sex?: 0 | 1 | 2
  location?: string
}

/**
 * Signs in whom a vendor vouches for, which ends the session on any other device; whoever comes for the first time gets an
 * account, without a password.
 *
 * @throws {Refusal} `identity.refused` and `provider.unavailable`, before anything was made; `account.banned_forever`,
 * `account.no_nickname_fits`
 */
export async function signInBy<V extends Vendor>(
  app: App,
  vendor: V,
  proof: Proofs[V],
  newcomer: Newcomer,
): Promise<SignedIn> {
  const { ids, ...told } = await vouchedFor(app, vendor, proof)
  return enter(app, vendor, {
    ...told,
    ids,
    sex: told.sex || (newcomer.sex ?? 0),
    location: told.location || (newcomer.location ?? ""),
    channelId: newcomer.channelId,
  })
}

/** What a person says of themselves, without a vendor's word. */
export interface Claim extends Newcomer {
  openId: string
  nickName: string
  pictureUrl: string | undefined
}

/**
 * Signs in whoever names an id, which proves nothing: only where the operator has chosen to believe that.
 *
 * @throws {Refusal} `identity.refused` as long as the operator has not; `account.banned_forever`, `account.no_nickname_fits`
 */
export async function signInByWord(app: App, vendor: "facebook" | "twitter", claim: Claim): Promise<SignedIn> {
  if (!app.config.trustBareOpenid) {
    refuse("identity.refused", { message: 'An "openid" proves nothing without the "access_token" it belongs to.' })
  }
  const { openId, nickName, pictureUrl, channelId, sex = 0, location = "" } = claim
  return enter(app, vendor, { ids: [`id:${openId}`], nickName, pictureUrl, channelId, sex, location })
}

async function vouchedFor<V extends Vendor>(app: App, vendor: V, proof: Proofs[V]): Promise<Identity> {
  const provider = app.identity[vendor]
  if (!provider) refuse("provider.unavailable", { message: "Sign-in by this provider is not configured here." })
  try {
    return await provider.verify(proof)
  } catch (error) {
    if (error instanceof IdentityRefused) {
      app.log.warn("sign-in refused", { provider: provider.name, error })
      return refuse("identity.refused")
    }
    if (error instanceof IdentityUnavailable) {
      app.log.warn("sign-in provider unavailable", { provider: provider.name, error })
      return refuse("provider.unavailable", { message: "The sign-in provider cannot be reached; try again shortly." })
    }
    throw error
  }
}

type Guest = Identity & { channelId: string }

async function enter(app: App, vendor: Vendor, guest: Guest): Promise<SignedIn> {
  const { user, token, isNew } = await admit(app, vendor, guest)
  if (!isNew || guest.pictureUrl === undefined) return { user, token }
  // After the account, so that of two first sign-ins at once only one fetches the picture.
  return { user: { ...user, image: await takePicture(app, vendor, user.id, guest.pictureUrl) }, token }
}

async function admit(
  app: App,
  vendor: Vendor,
  guest: Guest,
  triesLeft = triesMost,
): Promise<SignedIn & { isNew: boolean }> {
  try {
    return await write(app, async (tx, after) => {
      for (const id of [...guest.ids].sort()) await lockName(tx, `identity ${vendor} ${id}`)
      const known = await knownAs(tx, vendor, guest.ids)
      const userId = known[0]?.userId ?? (await addPerson(app, tx, vendor, guest))
      const missing = guest.ids.filter((id) => !known.some(({ subject }) => subject === id))
      await remember(app, tx, { userId, provider: vendor }, missing)
      const user = await userById(tx, userId)
      if (banOn(user.bannedUntil, app.now()) === "account.banned_forever") refuse("account.banned_forever")
      return { user, token: await openSession(app, tx, after, userId), isNew: known.length === 0 }
    })
  } catch (error) {
    if (!duplicate(error)) throw error
    if (triesLeft <= 1) refuse("server.busy")
    return admit(app, vendor, guest, triesLeft - 1)
  }
}

/** Which of these ids are known already, in the order they are given: the first tells whose they are. */
async function knownAs(tx: Db, vendor: Vendor, ids: string[]): Promise<{ userId: number; subject: string }[]> {
  const { userId, provider, subject } = identities
  const rows = await tx
    .select({ userId, subject })
    .from(identities)
    .where(and(eq(provider, vendor), inArray(subject, ids)))
  return ids.flatMap((id) => rows.filter((row) => row.subject === id))
}

async function remember(app: App, tx: Db, owner: { userId: number; provider: Vendor }, ids: string[]): Promise<void> {
  if (ids.length === 0) return
  const rows = ids.map((subject) => ({ ...owner, subject, createdAt: app.now() }))
  await tx.insert(identities).values(rows).returning({ id: identities.id })
}

/** The account is named so that nobody can register, or sign in with a password to, the same: `weixin:7`. */
async function addPerson(app: App, tx: Db, vendor: Vendor, guest: Guest): Promise<number> {
  const { nickName: called, channelId, sex, location } = guest
  const draft = `${vendor}:${randomBytes(16).toString("hex")}`
  const { id } = await addUser(app, tx, { account: draft, channelId, sex, location: cleanText(location, locationMost) })
  const nickName = await nickNameFor(app, tx, id, called)
  const account = `${vendor}:${id}`
  await tx
    .update(users)
    .set({ account, accountKey: account, nickName })
    .where(eq(users.id, id))
    .returning({ id: users.id })
  return id
}

/** @returns the address of the picture from now on, empty when there is none to be had, which is no obstacle */
async function takePicture(app: App, provider: Vendor, userId: number, url: string): Promise<string> {
  try {
    const owner = { userId, kind: "face", givesWay: true } as const
    return await app.pictures.fetch(url, (bytes) => app.files.keep({ bytes }, owner))
  } catch (error) {
    app.log.info("picture not taken over", { provider, reason: "identity.no_picture" satisfies Reason, error })
    return ""
  }
}
