import type { Phone } from "./phone.ts"

const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]

let people = 0

/** A resident identity number that nobody has had in this run; `birthday` is `19901231`, `sex` 1 male or 2 female. */
export function nextResidentNumber(birthday = "19901231", sex: 1 | 2 = 1): string {
  people += 1
  const area = String(110_101 + Math.floor(people / 400))
  const sequence = String(2 * (people % 400) + (sex === 1 ? 1 : 2)).padStart(3, "0")
  const front = `${area}${birthday}${sequence}`
  const sum = [...front].reduce((total, digit, at) => total + Number(digit) * (weights[at] ?? 0), 0)
  return `${front}${"10X98765432"[sum % 11]}`
}

/** Says who a person is. @returns the number of their identity card */
export async function saysWhoTheyAre(phone: Phone, values: Record<string, string | number> = {}): Promise<string> {
  const identification = String(values["identification"] ?? nextResidentNumber())
  await phone.ok("POST", "/user/auth_real", { name: phone.name, ...values, identification })
  return identification
}

/** The newest record that waits for an operator, in full. */
export async function newestRealName(operator: Phone): Promise<Record<string, string>> {
  const { real_names } = await operator.ok("GET", "/admin/real_names", { reveal: 1 })
  return (real_names as Record<string, string>[])[0] ?? {}
}

/** Says who a person is and has that approved. @returns the number of their identity card */
export async function provesWhoTheyAre(phone: Phone, operator: Phone): Promise<string> {
  const number = await saysWhoTheyAre(phone)
  await operator.ok("POST", "/admin/real_names/approve", { id: (await newestRealName(operator))["id"] ?? "" })
  return number
}
