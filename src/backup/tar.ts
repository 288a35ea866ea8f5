import { Unusable } from "./unusable.ts"

/** Tar goes by blocks of so many bytes. */
export const blockBytes = 512
/** Two empty blocks end it. */
export const trailer = Buffer.alloc(2 * blockBytes)

const nameMax = 100
/** What eleven octal digits hold; what is longer stands in binary, as GNU tar writes it. */
const octalMax = 8 ** 11 - 1
const sizeAt = 124
const binaryMark = 0x80
const checksumAt = 148

export interface TarEntry {
  path: string
  /** Of the content, without the padding after it. */
  bytes: number
}

/** Zeros that fill the last block of a content. */
export const padding = (bytes: number) => (blockBytes - (bytes % blockBytes)) % blockBytes

/** The block that stands before a file's content (POSIX ustar). */
export function headerOf({ path, bytes }: TarEntry, at: number): Buffer {
  if (Buffer.byteLength(path) > nameMax) throw new Error(`"${path}" is too long a name for an archive.`)
  const block = Buffer.alloc(blockBytes)
  block.write(path, 0)
  block.write("0000600\0" + "0000000\0" + "0000000\0", 100)
  writeSize(block, bytes)
  block.write(`${octal(Math.floor(at / 1_000), 11)}\0`, 136)
  block.write("0", 156)
  block.write("ustar\x0000", 257)
  block.write(`${octal(checksumOf(block), 6)}\0 `, checksumAt)
  return block
}

/** @throws {Unusable} for a block that {@link headerOf} would not have written: a link, a folder, another kind of tar */
export function readHeader(block: Buffer): TarEntry {
  const isOurs = block.toString("latin1", 257, 265) === "ustar\x0000" && block.toString("latin1", 156, 157) === "0"
  if (!isOurs) throw new Unusable("is no backup of Mili, or damaged")
  if (Number.parseInt(block.toString("latin1", checksumAt, checksumAt + 6), 8) !== checksumOf(block)) {
    throw new Unusable("is damaged: the head of a file in it was altered")
  }
  return { path: block.toString("utf8", 0, nameMax).replace(/\0.*$/s, ""), bytes: readSize(block) }
}

const octal = (value: number, digits: number) => value.toString(8).padStart(digits, "0")

function writeSize(block: Buffer, bytes: number): void {
  if (bytes <= octalMax) return void block.write(`${octal(bytes, 11)}\0`, sizeAt)
  block[sizeAt] = binaryMark
  block.writeBigUInt64BE(BigInt(bytes), sizeAt + 4)
}

function readSize(block: Buffer): number {
  if (block[sizeAt] === binaryMark) return Number(block.readBigUInt64BE(sizeAt + 4))
  const digits = block.toString("latin1", sizeAt, sizeAt + 11)
  if (!/^[0-7]{11}$/.test(digits)) throw new Unusable("is damaged: a file in it has no length")
  return Number.parseInt(digits, 8)
}

/** The sum of a header's bytes, its own place counted as blanks. */
function checksumOf(block: Buffer): number {
  let sum = 8 * 32
  for (const [at, byte] of block.entries()) if (at < checksumAt || at >= checksumAt + 8) sum += byte
  return sum
}
