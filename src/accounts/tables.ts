import { isNull } from "drizzle-orm"
import { bool, id, index, int, table, text, uniqueIndex } from "../db/kit.ts"
import type { Vendor } from "../providers/identity/index.ts"

/** People. Profiles, social and the rest write here only through the verbs of `accounts/user.ts`. */
export const users = table(
  "users",
  {
    id: id(),
    /** As typed at registration: a phone (11 mainland digits or E.164) or a name. */
    account: text().notNull(),
    /** The account in lower case, by which it is found. */
    accountKey: text().notNull(),
    tel: text().notNull().default(""),
    /** Argon2id; null for accounts that sign in through a third party. */
    passwordHash: text(),
    nickName: text().notNull(),
    /** 0 not told, 1 male, 2 female. */
    sex: int().notNull().default(0),
    signature: text().notNull().default(""),
    location: text().notNull().default(""),
    school: text().notNull().default(""),
    /** Addresses of the pictures, empty until one was uploaded. */
    image: text().notNull().default(""),
    cover: text().notNull().default(""),
    /** Wants to hear when a followed host goes live. */
    push: bool().notNull().default(false),
    /** Diamonds spent ever. */
    userExp: int().notNull().default(0),
    /** Rice earned ever. */
    anchorExp: int().notNull().default(0),
    /** How many this user follows, and how many follow this user. */
    focus: int().notNull().default(0),
    fans: int().notNull().default(0),
    canLinkMic: bool().notNull().default(true),
    /** Made by `admin mint`; its diamonds are never real money. */
    isTest: bool().notNull().default(false),
    /** Suspended until then, in milliseconds; `bannedForever` in `ban.ts` means for good, 0 not at all. */
    bannedUntil: int().notNull().default(0),
    channelId: text().notNull().default(""),
    createdAt: int().notNull(),
  },
  (t) => [
    uniqueIndex("users_account").on(t.accountKey),
    uniqueIndex("users_nick_name").on(t.nickName),
    index("users_spent").on(t.userExp, t.id),
  ],
)

/** Whom vendors know our people as; a person has several where a vendor has several ids for them. */
export const identities = table(
  "identities",
  {
    id: id(),
    userId: int()
      .notNull()
      .references(() => users.id),
    provider: text().$type<Vendor>().notNull(),
    /** The vendor's id of the person, with its kind before it: `openid:o6_bmjrPTlm6`. */
    subject: text().notNull(),
    createdAt: int().notNull(),
  },
  (t) => [uniqueIndex("identities_subject").on(t.provider, t.subject), index("identities_user").on(t.userId)],
)

/** Signed-in devices, ended ones too, so that an old token can be told why it no longer works. */
export const sessions = table(
  "sessions",
  {
    id: id(),
    userId: int()
      .notNull()
      .references(() => users.id),
    /** SHA-256 of the token, in hex; the token itself is not kept. */
    tokenHash: text().notNull(),
    kind: text().$type<"app" | "console">().notNull(),
    createdAt: int().notNull(),
    expiresAt: int().notNull(),
    endedAt: int(),
    endReason: text().$type<"replaced" | "signed_out">(),
  },
  (t) => [
    uniqueIndex("sessions_token").on(t.tokenHash),
    index("sessions_open").on(t.userId).where(isNull(t.endedAt)),
    index("sessions_ended").on(t.endedAt),
    index("sessions_expiry").on(t.expiresAt),
  ],
)

/** Codes sent by SMS, as keyed hashes; kept a day for the limits. */
export const smsCodes = table(
  "sms_codes",
  {
    id: id(),
    tel: text().notNull(),
    purpose: text().$type<"register" | "reset" | "cash">().notNull(),
    codeHash: text().notNull(),
    ip: text().notNull(),
    triesLeft: int().notNull(),
    expiresAt: int().notNull(),
    createdAt: int().notNull(),
  },
  (t) => [
    index("sms_codes_tel").on(t.tel, t.createdAt),
    index("sms_codes_ip").on(t.ip, t.createdAt),
    index("sms_codes_age").on(t.createdAt),
  ],
)

/** Wrong passwords in a row, by what they were tried on or from. */
export const loginFailures = table(
  "login_failures",
  {
    id: id(),
    subject: text().notNull(),
    failures: int().notNull(),
    lockedUntil: int().notNull(),
    failedAt: int().notNull(),
  },
  (t) => [uniqueIndex("login_failures_subject").on(t.subject), index("login_failures_age").on(t.failedAt)],
)

/** Addresses an account signed in from with the right password: a stranger's guesses do not lock these out. */
export const knownDevices = table(
  "known_devices",
  {
    id: id(),
    userId: int()
      .notNull()
      .references(() => users.id),
    ip: text().notNull(),
    seenAt: int().notNull(),
  },
  (t) => [uniqueIndex("known_devices_user").on(t.userId, t.ip)],
)
