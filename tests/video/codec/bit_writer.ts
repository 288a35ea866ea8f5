/** Writes what a bit reader reads. */
export class BitWriter {
  private bits = ""

  put(value: number, count: number): this {
    this.bits += count === 0 ? "" : value.toString(2).padStart(count, "0")
    return this
  }

  unsigned(value: number): this {
    const length = (value + 1).toString(2).length
    return this.put(value + 1, 2 * length - 1)
  }

  signed(value: number): this {
    return this.unsigned(value > 0 ? 2 * value - 1 : -2 * value)
  }

  /** Filled up with zeros. */
  bytes(): Uint8Array {
    const whole = this.bits.padEnd(Math.ceil(this.bits.length / 8) * 8, "0")
    return Uint8Array.from(whole.match(/.{8}/g) ?? [], (byte) => Number.parseInt(byte, 2))
  }
}
