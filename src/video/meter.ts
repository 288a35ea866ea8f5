/** Adds up what came in the last few seconds, to the whole second. */
export class Meter {
  private readonly sums: number[]
  private second = 0

  constructor(readonly seconds: number) {
    this.sums = Array(seconds).fill(0)
  }

  /** @param now a monotonic clock in milliseconds */
  add(amount: number, now: number): void {
    this.advance(now)
    const slot = this.second % this.seconds
    this.sums[slot] = (this.sums[slot] ?? 0) + amount
  }

  /** What was added in this second and those before it that are still measured. */
  total(now: number): number {
    this.advance(now)
    return this.sums.reduce((sum, each) => sum + each, 0)
  }

  private advance(now: number) {
    const second = Math.floor(now / 1_000)
    const gone = Math.min(second - this.second, this.seconds)
    for (let n = 0; n < gone; n++) this.sums[(second - n) % this.seconds] = 0
    this.second = second
  }
}
