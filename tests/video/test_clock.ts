import type { Clock } from "../../src/video/clock.ts"

/** Time that passes when a test says so. */
export class TestClock implements Clock {
  private time = 0
  private tasks: { at: number; task: () => void }[] = []

  /** How many tasks wait. */
  get waiting(): number {
    return this.tasks.length
  }

  now(): number {
    return this.time
  }

  after(ms: number, task: () => void): () => void {
    const entry = { at: this.time + ms, task }
    this.tasks.push(entry)
    return () => {
      this.tasks = this.tasks.filter((each) => each !== entry)
    }
  }

  /** Lets time pass and runs what is due on the way, in order. */
  advance(ms: number): void {
    const until = this.time + ms
    for (let next = this.due(until); next; next = this.due(until)) {
      this.time = Math.max(this.time, next.at)
      this.tasks = this.tasks.filter((each) => each !== next)
      next.task()
    }
    // A task may have let time pass too.
    this.time = Math.max(this.time, until)
  }

  private due(until: number) {
    return this.tasks.filter(({ at }) => at <= until).toSorted((a, b) => a.at - b.at)[0]
  }
}
