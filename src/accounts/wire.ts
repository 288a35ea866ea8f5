import { z } from "zod"
import { opaque, text } from "../wire/fields.ts"
import { codePurposes } from "./code.ts"
import { phoneFrom } from "./phone.ts"

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
  channel_id: text(0, 64).default(""),
})

export const VerifyTel = z.object({ tel: phone })

export const Login = z.object({
  account,
  pwd: opaque(1, 256),
  version: text(0, 32).optional(),
})

export const ChangePassword = z.object({ oldpwd: opaque(1, 256), newpwd: password })

export const ResetPassword = z.object({ account, pwd: password, code })
