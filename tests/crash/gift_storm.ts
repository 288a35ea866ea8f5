import { expect } from "bun:test"
import { runProgram } from "../support/process.ts"
import type { Socket } from "../support/socket.ts"
import { call, enter } from "./client.ts"

interface Member {
  uid: number
  token: string
}

/** Gifts under way: what was asked for, and what was acknowledged of it. */
export class GiftStorm {
  /** Numbers of calls that were answered with 0. */
  readonly acknowledged = new Set<string>()
  /** Numbers of calls that nobody knows the end of. */
  readonly inDoubt = new Set<string>()
  /** Ids of gifts that the watcher heard of, over every connection. */
  readonly heard = new Set<number>()
  roomId = 0
  private raging = false
  private watching: Socket | undefined
  private waiting: { at: number; resolve(): void } | undefined

  private constructor(
    private readonly host: Member,
    private readonly watcher: Member,
    private readonly givers: Member[],
  ) {}

  /** Mints the cast beside the running server. */
  static async gather(env: Record<string, string>): Promise<GiftStorm> {
    const minted = await runProgram(["admin", "mint", "10", "1000000"], env)
    const turned = await runProgram(["admin", "switch", "test_account_check", "off"], env)
    expect([minted.code, turned.code]).toEqual([0, 0])
    const [host, watcher, ...givers] = minted.printed
      .trim()
      .split("\n")
      .map((line) => ({ uid: Number(line.split(" ")[0]), token: line.split(" ")[1] ?? "" }))
    if (!host || !watcher) throw new Error("nobody was minted")
    return new GiftStorm(host, watcher, givers)
  }

  async openRoom(url: string): Promise<void> {
    const { roomid } = await call(url, "POST", "/room/create_room", { token: this.host.token, room_name: "storm" })
    this.roomId = Number(roomid)
  }

  /** The watcher comes, or comes back as an app does. */
  async watch(url: string): Promise<void> {
    const known = this.watching?.frames.findLast((frame) => "seq" in frame && frame.mtype !== 1020)
    const epoch = this.watching?.frames.find((frame) => frame.mtype === 1020)?.["epoch"]
    const since = { since: known?.["seq"] ?? 0, epoch: epoch ?? "none" }
    const { token, uid } = this.watcher
    this.watching = await enter(url, this.roomId, { token, uid, ext: 1, ...since })
  }

  /** Takes down what the watcher has heard so far on this connection. */
  listen(): void {
    for (const frame of this.watching?.frames ?? []) if (frame.mtype === 2) this.heard.add(Number(frame["id"]))
  }

  /** Waits until the watcher has heard of every one of these gifts. */
  async hears(ids: number[]): Promise<void> {
    this.listen()
    const missing = new Set(ids.filter((id) => !this.heard.has(id)))
    while (missing.size > 0) {
      const frame = await this.watching?.hears(({ mtype, id }) => mtype === 2 && missing.has(Number(id)))
      missing.delete(Number(frame?.["id"]))
    }
    this.listen()
  }

  /** Gives from all sides until told to stop, or until the server fails; resolves once nobody gives any more. */
  async rage(url: string): Promise<void> {
    this.raging = true
    await Promise.all(
      this.givers.map(async (giver) => {
        while (this.raging) {
          const number = `${giver.uid}.${crypto.randomUUID()}`
          this.inDoubt.add(number)
          try {
            await this.give(url, giver, number)
          } catch {
            return
          }
        }
      }),
    )
  }

  calm(): void {
    this.raging = false
  }

  /** Resolves after so many further acknowledgements. */
  further(n: number): Promise<void> {
    return new Promise((resolve) => {
      this.waiting = { at: this.acknowledged.size + n, resolve }
    })
  }

  /** Asks again, under the same number, for everything nobody knows the end of. */
  async clearUp(url: string): Promise<void> {
    for (const number of this.inDoubt) {
      const giver = this.givers.find(({ uid }) => number.startsWith(`${uid}.`))
      if (!giver || !(await this.give(url, giver, number))) throw new Error(`${number} cannot be cleared up`)
    }
  }

  private async give(url: string, { token }: Member, number: string): Promise<boolean> {
    const gift = { token, giftid: 1, num: 1, revid: this.host.uid, request_id: number }
    const { ErrCode } = await call(url, "POST", "/gift/send_gift", gift)
    if (ErrCode !== 0) return false
    this.inDoubt.delete(number)
    this.acknowledged.add(number)
    if (this.waiting && this.acknowledged.size >= this.waiting.at) this.waiting.resolve()
    return true
  }
}
