import type { App } from "../app.ts"
import { refuse } from "../refusal.ts"
import { openSealed } from "../sealed.ts"
import { readResidentNumber } from "./resident_number.ts"

/** The documents, by their numbers on the wire: an identity card, a passport, an officer's card. */
export const documents = [1, 2, 3] as const
export type DocumentKind = (typeof documents)[number]

/** Who somebody is, by a document. */
export interface Identity {
  name: string
  kind: DocumentKind
  /** In the one form under which the document is known. */
  number: string
  /** `1949-12-31`; empty when neither told nor in the number. */
  birthday: string
  /** 0 not told, 1 male, 2 female. */
  sex: 0 | 1 | 2
}

/** The same as it was typed in. */
export type Statement = Omit<Identity, "birthday"> & { birthday: string | undefined }

/**
 * Checks what somebody says of themselves. An identity card tells birthday and sex, and what is told beside it must agree.
 *
 * @throws {Refusal} `input.invalid`, naming the parameter and never repeating the number
 */
export function identityFrom(
  app: Pick<App, "calendar" | "now">,
  { name, kind, number, birthday, sex }: Statement,
): Identity {
  const plain = number.normalize("NFKC").toUpperCase().replace(/[\s-]/g, "")
  const identity =
    kind === 1
      ? residentFrom(name, plain, birthday, sex)
      : { name, kind, number: other[kind](plain), birthday: birthday ?? "", sex }
  if (identity.birthday > today(app)) invalid("birthday", "must not lie ahead")
  return identity
}

function residentFrom(name: string, number: string, birthday: string | undefined, sex: Identity["sex"]): Identity {
  const resident = readResidentNumber(number) ?? invalid("identification", "must be the number of an identity card")
  if (birthday !== undefined && birthday !== resident.birthday) invalid("birthday", "is not the identity card's")
  if (sex !== 0 && sex !== resident.sex) invalid("sex", "is not the identity card's")
  return { name, kind: 1, ...resident }
}

/** A passport's 5 to 12 letters and digits (ICAO 9303 has 9), and an officer's card such as 军字第1234567号. */
const other = {
  2: (number: string) =>
    /^(?=.*\d)[A-Z\d]{5,12}$/.test(number) ? number : invalid("identification", "must be the number of a passport"),
  3: (number: string) => {
    const [, force, digits] = /^(\p{Script=Han}{1,2})字第?(\d{4,10})号?$/u.exec(number) ?? []
    return force ? `${force}字第${digits}号` : invalid("identification", "must be the number of an officer's card")
  },
}

const today = ({ calendar, now }: Pick<App, "calendar" | "now">) =>
  new Date(calendar.dayOf(now()) * 86_400_000).toISOString().slice(0, 10)

function invalid(parameter: string, what: string): never {
  refuse("input.invalid", { message: `The parameter "${parameter}" ${what}.` })
}

const sealedFor = "real name"

export const sealIdentity = ({ keys }: Pick<App, "keys">, identity: Identity): string =>
  keys.seal(sealedFor, JSON.stringify(identity))

/** Undefined, which is logged, when it was sealed under another data key. */
export function openIdentity(app: Pick<App, "keys" | "log">, sealed: string): Identity | undefined {
  const opened = openSealed(app, sealedFor, sealed)
  return opened === undefined ? undefined : (JSON.parse(opened) as Identity)
}

/** A keyed hash that is the same for the same document alone. */
export const fingerprintOf = ({ keys }: Pick<App, "keys">, { kind, number }: Identity): string =>
  keys.sign("real name", `${kind} ${number}`)

/** Whether two names are one: width, case, blanks and the dot between the parts of a name do not count. */
export const isSameName = (one: string, other: string): boolean => folded(one) === folded(other)

const folded = (name: string) =>
  name
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[\s·•‧・.]/g, "")

/** All but the first character of a name: `张**`. */
export const maskedName = (name: string) => `${[...name].slice(0, 1).join("")}**`

/** The ends of a document's number: `1****************X`. */
export const maskedNumber = (number: string) => {
  const characters = [...number]
  return characters.map((one, at) => (at === 0 || at === characters.length - 1 ? one : "*")).join("")
}
