/** Percent-encoding by RFC 3986, which signatures are over: all but letters, digits, `-`, `.`, `_` and `~`. */
export const percentEncode = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`)

/** A query in the one form that is signed: encoded, and sorted by name and value. */
export const canonicalQuery = (pairs: [name: string, value: string][]): string =>
  pairs
    .map(([name, value]) => [percentEncode(name), percentEncode(value)] as const)
    .sort(([name, value], [otherName, otherValue]) => order(name, otherName) || order(value, otherValue))
    .map((pair) => pair.join("="))
    .join("&")

/** By the characters' numbers, whatever the language. */
const order = (one: string, other: string) => (one < other ? -1 : one > other ? 1 : 0)
