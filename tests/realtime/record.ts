/** What has happened so far, and a way to wait for what has not yet. */
export class Record<T> {
  readonly items: T[] = []
  private waiting: (() => void)[] = []

  add(item: T): void {
    this.items.push(item)
    const woken = this.waiting
    this.waiting = []
    for (const wake of woken) wake()
  }

  /** The first item that fits, now or later. */
  async until(fits: (item: T) => boolean): Promise<T> {
    for (let index = 0; ; index++) {
      while (index >= this.items.length) await new Promise<void>((resolve) => this.waiting.push(resolve))
      const item = this.items[index] as T
      if (fits(item)) return item
    }
  }
}
