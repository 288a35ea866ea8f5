import { z } from "zod"
import type { App } from "../app.ts"
import { oneOf, opaque, page, text } from "../wire/fields.ts"
import { createClock, unixSeconds } from "../wire/times.ts"
import { personObject } from "../wire/user.ts"
import { bannedForever } from "./ban.ts"
import { codePurposes } from "./code.ts"
import { maskedTel, phoneFrom } from "./phone.ts"
import type { User } from "./user.ts"

/** A phone in the form it is kept in. */
export const phone = text(1, 32).transform((value, context) => {
  const plain = phoneFrom(value)
  if (plain !== undefined) return plain
  context.addIssue({
    code: "custom",
    message: "must be a phone number: 11 mainland digits, or +, country code and number",
  })
  return z.NEVER
})

/** The form of the app: 0 Android, 1 iOS. */
export const platform = oneOf(0, 1)
  .default(0)
  .transform((type) => (type === 1 ? "ios" : "android"))

const account = text(1, 64)
const password = opaque(6, 64)
const code = text(1, 16)

export const SendCode = z.object({
  tel: phone,
  purpose: z.enum(codePurposes, { error: "must be register, reset or cash" }),
})

export const Register = z.object({
  account,
  pwd: password,
  code: code.optional(),
  type: platform,
  channel_id: text(0, 64).default(""),
})

export const VerifyTel = z.object({ tel: phone })

export const Login = z.object({
  account,
  pwd: opaque(1, 256),
  version: text(0, 32).optional(),
})

/** What a vendor gave to the phone. */
const proof = text(1, 2_048)
const vendorId = text(1, 128)
const arrival = { channel_id: text(0, 64).default(""), version: text(0, 32).optional() }

export const WeixinLogin = z.object({ access_token: proof, refresh_token: proof, openid: vendorId, ...arrival })
export const QqLogin = z.object({ access_token: proof, openid: vendorId, ...arrival })
/** Here `uid` is the person's at the vendor. */
export const SinaLogin = z.object({ access_token: proof, uid: vendorId, ...arrival })

/** Documented without a token; what the person says of themselves counts where no vendor vouches for it. */
const bare = {
  openid: vendorId,
  access_token: proof.optional(),
  nick_name: text(0, 200).default(""),
  head_img: text(0, 2_048).optional(),
  city: text(0, 80).default(""),
  sex: oneOf(0, 1, 2).default(0),
  ...arrival,
}

export const FacebookLogin = z.object(bare)
export const TwitterLogin = z.object({ ...bare, access_token_secret: proof.optional() })

/** What people say of themselves. */
export const claimOf = (said: z.output<typeof FacebookLogin>) => ({
  openId: said.openid,
  nickName: said.nick_name,
  pictureUrl: said.head_img,
  location: said.city,
  sex: said.sex,
  channelId: said.channel_id,
})

export const ChangePassword = z.object({ oldpwd: opaque(1, 256), newpwd: password })

export const ResetPassword = z.object({ account, pwd: password, type: platform, code })

export const Users = z.object({
  ...page,
  /** A phone or an account name, in full. */
  account: text(1, 64).optional(),
  /** How a nickname begins. */
  nick_name: text(1, 20).optional(),
})

/** When a ban ends, in unix seconds: 0 for no ban, -1 for never. */
export const endOfBan = (until: number) => (until === bannedForever ? -1 : unixSeconds(until))

/** A phone is shown to nobody in full: whoever has it in hand can search by it. */
const maskedAccount = (account: string) => (phoneFrom(account) === undefined ? account : maskedTel(account))

/** A person as a list of operators' shows them; `until` is the end of a ban as in the list of bans, 0 for none. */
export function userRow(app: Pick<App, "config" | "now">) {
  const clock = createClock(app.config)
  return (user: User) => ({
    id: String(user.id),
    ...personObject(user),
    account: maskedAccount(user.account),
    is_test: user.isTest,
    can_link_mic: user.canLinkMic,
    until: user.bannedUntil > app.now() ? endOfBan(user.bannedUntil) : 0,
    create_time: clock.plain(user.createdAt),
  })
}
