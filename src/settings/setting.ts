import { BlockList, isIP } from "node:net"

export interface Setting<T> {
  name: string
  /** One line for `mili help`. */
  help: string
  /** Its value is never shown. */
  secret?: boolean
  /** The text used when the variable is not set; undefined leaves the setting out. */
  fallback: string | undefined
  /** @throws with the rest of a sentence that begins with the variable's name */
  read(value: string): T
}

export const text = (value: string) => value

export const flag = (value: string) => {
  if (value === "1" || value === "true") return true
  if (value === "0" || value === "false" || value === "") return false
  throw new Error("must be 1 or 0")
}

export const whole = (least: number, most: number) => (value: string) => {
  const number = Number(value)
  if (!/^\d+$/.test(value) || number < least || number > most) {
    throw new Error(`must be a whole number from ${least} to ${most}`)
  }
  return number
}

export const port = whole(0, 65_535)

export const ports = (value: string) => value.split(",").map((one) => port(one.trim()))

export const choice =
  <T extends string>(...names: T[]) =>
  (value: string): T => {
    const found = names.find((name) => name === value)
    if (found === undefined) throw new Error(`must be one of ${names.join(", ")}`)
    return found
  }

export const url =
  (...schemes: string[]) =>
  (value: string) => {
    const parsed = URL.parse(value)
    if (!parsed || !schemes.includes(parsed.protocol.slice(0, -1))) {
      throw new Error(`must be an address that begins with ${schemes.map((scheme) => `${scheme}://`).join(" or ")}`)
    }
    return value.replace(/\/+$/, "")
  }

export const dataKey = (value: string) => {
  if (!/^[0-9a-fA-F]{64}$/.test(value)) throw new Error("must be 64 hex digits")
  return value.toLowerCase()
}

export const timeZone = (value: string) => {
  try {
    new Intl.DateTimeFormat("en", { timeZone: value })
  } catch {
    throw new Error("must be a time zone such as Asia/Shanghai")
  }
  return value
}

/** Addresses and networks such as `10.0.0.0/8`. */
export const networks = (value: string) => {
  const list = new BlockList()
  for (const one of value.split(",").map((part) => part.trim())) {
    if (one === "") continue
    const [address = "", bits] = one.split("/")
    const family = isIP(address) === 6 ? "ipv6" : "ipv4"
    const most = family === "ipv6" ? 128 : 32
    if (!isIP(address) || (bits !== undefined && !(/^\d+$/.test(bits) && Number(bits) <= most))) {
      throw new Error("must be addresses or networks such as 10.0.0.0/8, comma-separated")
    }
    list.addSubnet(address, bits === undefined ? most : Number(bits), family)
  }
  return list
}

export const version = (value: string) => {
  if (!/^\d+(\.\d+)*$/.test(value)) throw new Error("must be a version such as 2.1")
  return value
}

export const setting = <T>(name: string, fallback: string, help: string, read: (value: string) => T): Setting<T> => ({
  name,
  help,
  fallback,
  read,
})

export const secret = <T>(name: string, help: string, read: (value: string) => T): Setting<T | undefined> => ({
  ...optional(name, help, read),
  secret: true,
})

export const optional = <T>(name: string, help: string, read: (value: string) => T): Setting<T | undefined> => ({
  name,
  help,
  fallback: undefined,
  read,
})

/** Days of a month such as `1-5`; a single day is `5`. */
export const monthDays = (value: string) => {
  const [, first, last] = /^(\d{1,2})(?:-(\d{1,2}))?$/.exec(value) ?? []
  const days = { first: Number(first), last: Number(last ?? first) }
  if (!(days.first >= 1 && days.first <= days.last && days.last <= 31)) throw new Error("must be days such as 1-5")
  return days
}

/** A time such as `05:00`, as milliseconds since midnight. */
export const timeOfDay = (value: string) => {
  const [, hours, minutes] = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(value) ?? []
  if (hours === undefined) throw new Error("must be a time such as 05:00")
  return (Number(hours) * 60 + Number(minutes)) * 60_000
}

/** A secret that nobody guesses, and that a bearer header can carry. */
export const longSecret = (value: string) => {
  if (/\s/.test(value)) throw new Error("must have no white space")
  if (value.length < 32) throw new Error("must have 32 characters at least")
  return value
}

/** Whole numbers, comma-separated. */
export const numbers = (value: string) =>
  value
    .split(",")
    .filter((one) => one.trim() !== "")
    .map((one) => whole(1, Number.MAX_SAFE_INTEGER)(one.trim()))

/** Words, comma-separated. */
export const list = (value: string) => {
  const words = value
    .split(",")
    .map((one) => one.trim())
    .filter((one) => one !== "")
  if (words.length === 0) throw new Error("must name one at least")
  return words
}

/** `NAME=FILE`, comma-separated. */
export const namedFiles = (value: string) =>
  value.split(",").map((one) => {
    const [name = "", file = ""] = one.trim().split("=")
    if (name === "" || file === "") throw new Error("must be NAME=FILE, comma-separated")
    return { name, file }
  })
