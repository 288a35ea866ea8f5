/** A small generator of numbers, so that a failure can be had again. */
export class Dice {
  constructor(private state: number) {}

  /** From 0 to `sides` - 1. */
  roll(sides: number): number {
    this.state ^= this.state << 13
    this.state ^= this.state >>> 17
    this.state ^= this.state << 5
    return (this.state >>> 0) % sides
  }
}

/** Bytes that mean something somewhere: lengths, markers, types. */
const telling = [0, 1, 2, 3, 8, 9, 10, 15, 16, 17, 18, 20, 22, 63, 64, 127, 128, 192, 254, 255]

/** One of the seeds with a few changes, among them parts of the others. */
export function mutated(dice: Dice, seeds: Buffer[]): Buffer {
  let bytes = Buffer.from(seeds[dice.roll(seeds.length)] ?? [])
  for (let changes = 1 + dice.roll(4); changes > 0; changes--) {
    const at = dice.roll(bytes.length + 1)
    const size = dice.roll(40)
    const other = seeds[dice.roll(seeds.length)] ?? bytes
    const from = dice.roll(other.length)
    switch (dice.roll(6)) {
      case 0:
        bytes[at] = dice.roll(256)
        break
      case 1:
        bytes[at] = telling[dice.roll(telling.length)] ?? 0
        break
      case 2:
        bytes[at] = (bytes[at] ?? 0) ^ (1 << dice.roll(8))
        break
      case 3:
        bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + size)])
        break
      case 4:
        bytes = Buffer.concat([bytes.subarray(0, at), other.subarray(from, from + size), bytes.subarray(at)])
        break
      case 5:
        bytes = Buffer.concat([bytes.subarray(0, at), other.subarray(from)])
    }
  }
  return bytes
}
