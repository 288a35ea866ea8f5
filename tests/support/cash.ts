import type { Phone } from "./phone.ts"

/** A number that passes for a card's: eleven digits more, and the one that checks them all. */
export function cardNumber(of: number): string {
  const front = `62220${String(of).padStart(10, "0")}`
  const last = [...Array(10).keys()].find((digit) => luhn(`${front}${digit}`))
  return `${front}${last}`
}

function luhn(number: string): boolean {
  let sum = 0
  for (const [at, digit] of [...number].reverse().entries()) {
    const doubled = at % 2 === 1 ? Number(digit) * 2 : Number(digit)
    sum += doubled > 9 ? doubled - 9 : doubled
  }
  return sum % 10 === 0
}

/** Has a code sent to a phone for withdrawals, and reads it there. */
export async function codeTo(phone: Phone, tel: string): Promise<string> {
  await phone.ok("POST", "/action/send_code", { tel, purpose: "cash" })
  return phone.app.sms.sent.findLast((message) => message.tel === tel && message.purpose === "cash")?.code ?? ""
}

/** Binds a person's own phone to their withdrawals. */
export async function bindsPhone(phone: Phone): Promise<void> {
  await phone.ok("POST", "/card/cash_tel", { cash_tel: phone.tel, code: await codeTo(phone, phone.tel), type: 0 })
}

let cards = 0

/** A card that nobody has had in this run. */
export const nextCardNumber = () => cardNumber(++cards)

/** Says where a person's money should go. @returns the card's number */
export async function addsCard(phone: Phone): Promise<string> {
  const card_no = nextCardNumber()
  await phone.ok("POST", "/card/add_card", { bank: "工商银行", card_no, real_name: phone.name })
  return card_no
}

/** Gets everything ready but the rice. */
export async function canCash(phone: Phone): Promise<void> {
  await bindsPhone(phone)
  await addsCard(phone)
}
