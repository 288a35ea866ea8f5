import type { X509Certificate } from "node:crypto"

const tags = { objectIdentifier: 0x06, sequence: 0x30, extensions: 0xa3 }

interface Element {
  tag: number
  content: Uint8Array
}

/** The names (OIDs) of a certificate's extensions, which node:crypto does not tell. Its DER was parsed once already. */
export function extensionsOf({ raw }: X509Certificate): string[] {
  const [whole] = elementsOf(raw)
  const [body] = elementsOf(whole?.content)
  const wrapped = elementsOf(body?.content).find(({ tag }) => tag === tags.extensions)
  const [list] = elementsOf(wrapped?.content)
  return elementsOf(list?.content).flatMap(({ tag, content }) => {
    const [name] = tag === tags.sequence ? elementsOf(content) : []
    return name?.tag === tags.objectIdentifier ? [nameOf(name.content)] : []
  })
}

/** The elements that follow one another in DER (X.690, 8.1): a tag byte, a length, the content. */
function elementsOf(der: Uint8Array = new Uint8Array()): Element[] {
  const elements: Element[] = []
  let at = 0
  while (at + 2 <= der.length) {
    const { length, start } = lengthAt(der, at + 1)
    if (start + length > der.length) return elements
    elements.push({ tag: der[at] ?? 0, content: der.subarray(start, start + length) })
    at = start + length
  }
  return elements
}

/** A length under 128 is one byte; of another the first byte tells how many bytes it has. */
function lengthAt(der: Uint8Array, at: number): { length: number; start: number } {
  const first = der[at] ?? 0
  if (first < 0x80) return { length: first, start: at + 1 }
  const start = at + 1 + (first & 0x7f)
  return { length: der.subarray(at + 1, start).reduce((sum, byte) => sum * 256 + byte, 0), start }
}

/** Seven bits a byte, the last without the high bit; the first number holds two (X.690, 8.19). */
function nameOf(content: Uint8Array): string {
  const numbers: number[] = []
  let number = 0
  for (const byte of content) {
    number = number * 128 + (byte & 0x7f)
    if (byte & 0x80) continue
    numbers.push(number)
    number = 0
  }
  const [first = 0, ...rest] = numbers
  const root = Math.min(Math.floor(first / 40), 2)
  return [root, first - root * 40, ...rest].join(".")
}
