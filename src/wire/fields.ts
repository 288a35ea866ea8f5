import { z } from "zod"

/** Numbers arrive as digits or as JSON numbers. */
const fromDigits = (value: unknown) => (typeof value === "string" && /^-?\d{1,17}$/.test(value) ? Number(value) : value)

/** A whole number within bounds, both included. */
export const whole = (least: number, most: number) => {
  const error = `must be a whole number from ${least} to ${most}`
  return z.preprocess(fromDigits, z.int({ error }).min(least, { error }).max(most, { error }))
}

/** The id of a row. */
export const id = () => whole(1, Number.MAX_SAFE_INTEGER)

/** One of a few whole numbers. */
export const oneOf = <const N extends number>(...numbers: N[]) =>
  z.preprocess(fromDigits, z.literal(numbers, { error: `must be one of ${numbers.join(", ")}` }))

/** 0, 1, true or false. */
export const flag = () =>
  z.preprocess(
    (value) => {
      if (value === "1" || value === 1 || value === "true") return true
      if (value === "0" || value === 0 || value === "false") return false
      return value
    },
    z.boolean({ error: "must be 0, 1, true or false" }),
  )

/** Text of so many characters (code points) once trimmed; NUL and broken surrogates, which no database keeps, are refused. */
export const text = (least: number, most: number) => {
  const error = `must be text of ${least} to ${most} characters`
  return z.preprocess(
    fromNumber,
    z
      .string({ error })
      .trim()
      .refine((value) => storable(value) && between(least, lengthOf(value), most), { error }),
  )
}

/** A name that others see: text with something to see in it, and nothing that hides or turns what stands beside it. */
export const name = (least: number, most: number) =>
  text(least, most).refine((value) => !hidden.test(value) && (value === "" || visible.test(value)), {
    error: "must be visible text without control characters",
  })

/** The address of a picture or a page on the web, empty for none. */
export const address = () =>
  text(0, 500).refine((value) => value === "" || /^https?:$/.test(URL.parse(value)?.protocol ?? ""), {
    error: "must be an address that begins with http:// or https://",
  })

const hidden = /[\p{Cc}\p{Bidi_Control}]/u
const visible = /[^\s\p{Default_Ignorable_Code_Point}]/u

/** Text taken as it is, such as a password. */
export const opaque = (least: number, most: number) => {
  const error = `must be text of ${least} to ${most} characters`
  return z.preprocess(
    fromNumber,
    z.string({ error }).refine((value) => storable(value) && between(least, lengthOf(value), most), { error }),
  )
}

const fromNumber = (value: unknown) => (Number.isSafeInteger(value) ? String(value) : value)

const storable = (value: string) => !value.includes("\0") && value.isWellFormed()

const between = (least: number, value: number, most: number) => least <= value && value <= most

/** Counted in code points, so that an emoji is one. A longer text need not be counted to its end. */
const lengthOf = (value: string) => (value.length > 10_000 ? value.length : [...value].length)

/** A page further than any list reaches, whose first row still has a whole number. */
const farthestPage = 1_000_000_000_000

/**
 * A page of a list: by number from 0, or the rows after the one whose `id` is `before`, which stays fast at any depth.
 * However far past the end, a page is an empty one.
 */
export const page = {
  index: whole(0, Number.MAX_SAFE_INTEGER)
    .transform((index) => Math.min(index, farthestPage))
    .default(0),
  before: id().optional(),
}
