const mainland = /^1[3-9]\d{9}$/
const international = /^\+[1-9]\d{7,14}$/
const name = /^(?=.*[A-Za-z])\w{4,32}$/

/**
 * An account as it is kept: a mainland phone as 11 digits without `+86`, any other phone in E.164.
 *
 * @returns undefined for what is no phone
 */
export function phoneFrom(given: string): string | undefined {
  const plain = given.replace(/[\s-]/g, "").replace(/^\+86(?=1\d{10}$)/, "")
  return mainland.test(plain) || international.test(plain) ? plain : undefined
}

/** 4-32 letters, digits and underscores with a letter among them, so that no name looks like a phone. */
export const isAccountName = (given: string) => name.test(given)

/** The form under which an account is found, whatever case it was typed in. */
export const accountKey = (account: string) => (phoneFrom(account) ?? account).toLowerCase()

/** A phone as others may see it: `154****0000`. Of a short one less is shown. */
export const maskedTel = (tel: string) => `${tel.slice(0, Math.min(3, tel.length - 8))}****${tel.slice(-4)}`
