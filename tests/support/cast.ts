import type { TestApp } from "./app.ts"
import { Phone } from "./phone.ts"

/** Registers a person by phone and code, as the app does, and hands over their phone. */
export async function registers(app: TestApp, name: string): Promise<Phone> {
  const tel = nextTel()
  const phone = new Phone(app, name)
  await phone.ok("POST", "/action/send_code", { tel, purpose: "register" })
  const code = app.sms.sent.findLast((message) => message.tel === tel)?.code ?? ""
  const { token, uid } = await phone.ok("POST", "/action/register", { account: tel, pwd: passwordOf(name), code })
  phone.tel = tel
  phone.token = String(token)
  phone.uid = Number(uid)
  return phone
}

/** The password a member of the cast uses. */
export const passwordOf = (name: string) => `${name}-password`

let people = 0

/** A mainland number nobody has had in this run. */
export const nextTel = () => String(13_800_000_000 + ++people)
