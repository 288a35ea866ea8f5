/** What the server acknowledged, and what was asked for but not answered: kept by the clients, over every crash. */
export interface Member {
  uid: number
  token: string
  nickName: string
}

export interface Opening {
  roomId: number
  host: Member
  /** Another opening or a close of this room was sent, whether or not it was answered. */
  mayBeOver: boolean
  /** The host was in by websocket, so that the room may close by itself. */
  wasHosted: boolean
  /** What the close came to, once it was acknowledged. */
  totals?: Totals
}

export interface Totals {
  time: number
  count: string
  rice: string
}

/** Everything the server owes its clients. */
export class Promises {
  readonly members: Member[] = []
  readonly openings: Opening[] = []
  /** Answers that were neither a success nor a documented refusal. */
  readonly faults: string[] = []
  private acknowledged = 0
  private waiting: { at: number; resolve(): void }[] = []

  /** Counts something the server acknowledged. */
  count(): void {
    this.acknowledged += 1
    for (const { at, resolve } of this.waiting) if (this.acknowledged >= at) resolve()
    this.waiting = this.waiting.filter(({ at }) => this.acknowledged < at)
  }

  /** Resolves after so many further acknowledgements. */
  further(n: number): Promise<void> {
    return new Promise((resolve) => this.waiting.push({ at: this.acknowledged + n, resolve }))
  }

  get total(): number {
    return this.acknowledged
  }
}
