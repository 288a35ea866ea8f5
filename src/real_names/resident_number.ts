/** What a resident identity number says of its holder. */
export interface Resident {
  /** 18 characters, the last of which checks the others. */
  number: string
  /** `1949-12-31` */
  birthday: string
  /** 1 male, 2 female. */
  sex: 1 | 2
}

const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
const checkCharacters = "10X98765432"

/**
 * Reads a resident identity number (GB 11643-1999): an area, a birthday, a sequence that is odd for men, and a character that
 * checks them. The 15 digits of old cards get their century and that character.
 *
 * @returns undefined for what is no such number
 */
export function readResidentNumber(given: string): Resident | undefined {
  const number = inFull(given)
  if (!/^[1-8]\d{16}[\dX]$/.test(number) || checkOf(number) !== number.at(-1)) return undefined
  const birthday = dateFrom(number.slice(6, 14))
  if (birthday === undefined) return undefined
  return { number, birthday, sex: Number(number[16]) % 2 === 1 ? 1 : 2 }
}

function inFull(given: string): string {
  if (!/^\d{15}$/.test(given)) return given
  const front = `${given.slice(0, 6)}19${given.slice(6)}`
  return `${front}${checkOf(front)}`
}

/** The character that the first 17 digits call for. */
function checkOf(number: string): string | undefined {
  const sum = weights.reduce((total, weight, at) => total + weight * Number(number[at]), 0)
  return checkCharacters[sum % 11]
}

/** A date as people write it (`19491231`, `1949-12-31`, `1949/1/5`), as `1949-12-31`; undefined for what is no date. */
export function dateFrom(given: string): string | undefined {
  const [, year = "", month = "", day = ""] =
    /^(\d{4})(\d{2})(\d{2})$/.exec(given) ?? /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})$/.exec(given) ?? []
  const date = `${year}-${month.padStart(2, "0")}-${day.padStart(2, "0")}`
  const parsed = new Date(`${date}T00:00:00Z`)
  const isReal = !Number.isNaN(parsed.getTime()) && parsed.toISOString().startsWith(date)
  return isReal && date >= earliest ? date : undefined
}

/** Nobody born before is alive. */
const earliest = "1800-01-01"
