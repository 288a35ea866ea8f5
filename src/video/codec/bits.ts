/** The data ended before what was to be read. */
export class OutOfBits extends Error {
  constructor() {
    super("the data ends too early")
  }
}

/** Reads numbers bit by bit, the most significant first. Every read past the end throws, so no loop outlives the data. */
export class BitReader {
  private position = 0

  constructor(private readonly bytes: Uint8Array) {}

  /** Bits that were not read yet. */
  get left(): number {
    return this.bytes.length * 8 - this.position
  }

  /** @param count at most 32 @throws {OutOfBits} */
  bits(count: number): number {
    if (count > this.left) throw new OutOfBits()
    let value = 0
    for (let n = 0; n < count; n++) {
      const byte = this.bytes[this.position >> 3] ?? 0
      value = value * 2 + ((byte >> (7 - (this.position & 7))) & 1)
      this.position += 1
    }
    return value
  }

  /** @throws {OutOfBits} */
  flag(): boolean {
    return this.bits(1) === 1
  }

  /** @throws {OutOfBits} */
  skip(count: number): void {
    if (count > this.left) throw new OutOfBits()
    this.position += count
  }

  /** Exp-Golomb code, unsigned: `ue(v)` of H.264 and HEVC, `uvlc` of AV1. @throws {OutOfBits} */
  unsigned(): number {
    let zeros = 0
    while (!this.flag()) zeros += 1
    if (zeros > 31) throw new OutOfBits()
    return 2 ** zeros - 1 + this.bits(zeros)
  }

  /** Exp-Golomb code, signed: `se(v)`. @throws {OutOfBits} */
  signed(): number {
    const code = this.unsigned()
    return code % 2 === 0 ? 0 - code / 2 : (code + 1) / 2
  }
}

/** What `read` returns, or undefined when the data ended too early for it. */
export function unlessCutShort<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch (error) {
    if (error instanceof OutOfBits) return undefined
    throw error
  }
}
