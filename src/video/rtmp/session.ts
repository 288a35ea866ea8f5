import type { Log } from "../../log.ts"
import type { Studio } from "../packet.ts"
import { commandIn } from "./command.ts"
import { Dialogue } from "./dialogue.ts"
import { Intake } from "./intake.ts"
import type { Limits } from "./limits.ts"
import { Outbox, type Outlet } from "./outbox.ts"
import { ProtocolError } from "./protocol_error.ts"
import type { Role } from "./role.ts"

/** A TCP connection. */
export interface Connection extends Outlet {
  pause(): void
  resume(): void
  /** Closes both directions at once. */
  terminate(): void
}

/** What every session shares. */
export interface House {
  studio: Studio
  limits: Limits
  log: Log | undefined
  /** A monotonic clock in milliseconds. */
  now(): number
}

/** How the answer to a question put to the studio is taken. */
export interface Answer<T> {
  yes(decision: T): void
  no(): void
  /** The connection is over by now: undo it. */
  late(decision: T): void
}

/**
 * `asking` while the studio decides, when nothing is read; `closing` from the last word on, when nothing that comes is
 * looked at.
 */
type Phase = "opening" | "asking" | Role["kind"] | "closing" | "gone"

const minute = 60_000

/** One client's connection, from its first byte to its last: what is said on it is the dialogue's. */
export class Session {
  private phase: Phase = "opening"
  private since: number
  private role: Role | undefined
  private readonly intake: Intake
  private readonly outbox: Outbox
  private readonly dialogue: Dialogue
  private heardAt: number
  /** What came in the minute since `minuteAt`. */
  private chatter = 0
  private minuteAt: number

  /** @param from the client's address */
  constructor(
    private readonly connection: Connection,
    readonly from: string,
    private readonly house: House,
  ) {
    this.since = this.heardAt = this.minuteAt = house.now()
    this.outbox = new Outbox(connection, house.now)
    this.intake = new Intake(house.limits.commandBytesMost, (bytes) => this.send(bytes))
    this.dialogue = new Dialogue(this, house.studio)
  }

  get unsentMost(): number {
    const { playerUnsentBytesMost, answersUnsentBytesMost } = this.house.limits
    const isPlayer = this.phase === "playing" || this.phase === "asking"
    return isPlayer ? playerUnsentBytesMost : answersUnsentBytesMost
  }

  unsent(): number {
    return this.outbox.bytes
  }

  /** @param bytes whole messages, which nobody changes afterwards */
  send(bytes: Uint8Array): void {
    if (this.phase === "closing" || this.phase === "gone") return
    this.outbox.write(bytes)
    if (this.outbox.bytes > this.unsentMost) this.cut("it does not take what it is sent")
  }

  /** The client has come a step further, in time. */
  proceed(): void {
    this.enter("opening")
  }

  /** Puts a question to the studio and reads nothing until it is answered. */
  async ask<T>(question: () => Promise<T | undefined>, answer: Answer<T>): Promise<void> {
    this.enter("asking")
    this.connection.pause()
    const decision = await this.decided(question)
    if (this.phase !== "asking") {
      if (decision) this.safely(() => answer.late(decision))
      return
    }
    this.guard(() => {
      if (decision) answer.yes(decision)
      else answer.no()
      if (this.phase === "gone") return
      this.connection.resume()
      this.readOn()
    })
  }

  /** Tells the studio something at a time when it is too late to fail. */
  safely(tell: () => void): void {
    try {
      tell()
    } catch (error) {
      this.failed(error)
    }
  }

  /** The client takes part from here on. */
  begin(role: Role, stream: string): void {
    this.role = role
    this.house.log?.info(`rtmp: ${role.kind}`, { from: this.from, stream })
    if (role.kind === "publishing") this.intake.messageMost = this.house.limits.messageBytesMost
    this.heardAt = this.house.now()
    this.enter(role.kind)
  }

  /** Says the last words, sends the FIN, and cuts the connection a moment later; nothing that comes now is looked at. */
  end(why: string, lastWords = this.role?.farewell(why) ?? []) {
    if (this.phase === "closing" || this.phase === "gone") return
    // What was written just now may well find room.
    this.outbox.flush()
    if (this.outbox.bytes > this.house.limits.farewellBytesMost) return this.cut(why)
    this.enter("closing")
    for (const bytes of lastWords) this.outbox.write(bytes)
    this.outbox.end()
    this.connection.resume()
    this.leave(why)
  }

  /** Closes at once, without a word. */
  cut(why: string): void {
    if (this.phase === "gone") return
    this.enter("gone")
    this.outbox.drop()
    this.connection.terminate()
    this.leave(why)
  }

  /** Bytes came. */
  receive(bytes: Uint8Array): void {
    if (this.phase === "closing" || this.phase === "gone") return
    this.heardAt = this.house.now()
    this.guard(() => {
      this.admit(bytes.length)
      this.intake.take(bytes)
      this.readOn()
      this.intake.acknowledge()
    })
  }

  /** The socket takes bytes again. */
  drained(): void {
    this.outbox.drained()
  }

  /** The socket is closed. */
  gone(): void {
    if (this.phase === "gone") return
    this.enter("gone")
    this.outbox.drop()
    this.leave("the client left")
  }

  /** Looks at the clock. */
  tick(): void {
    const why = this.overdue(this.house.now())
    if (!why) return
    if (this.phase === "playing" || this.phase === "closing") this.cut(why)
    else this.end(why)
  }

  private overdue(now: number): string | undefined {
    const { openingMs, decisionMs, publisherSilentMs, playerStuckMs, lingerMs } = this.house.limits
    const passed = now - this.since
    switch (this.phase) {
      case "opening":
        return passed > openingMs ? "nothing was asked for in time" : undefined
      case "asking":
        return passed > decisionMs ? "nothing was decided in time" : undefined
      case "publishing":
        return now - this.heardAt > publisherSilentMs ? "nothing came any more" : undefined
      case "playing": {
        const isStuck = this.outbox.bytes > 0 && now - Math.max(this.heardAt, this.outbox.movedAt) > playerStuckMs
        return isStuck ? "it takes nothing any more" : undefined
      }
      case "closing":
        return passed > lingerMs ? "it did not close its side" : undefined
      case "gone":
        return undefined
    }
  }

  private enter(phase: Phase) {
    this.phase = phase
    this.since = this.house.now()
  }

  private leave(why: string) {
    const { from, role } = this
    this.role = undefined
    if (!role) return this.house.log?.debug("rtmp: a connection ended", { from, why })
    this.house.log?.info(`rtmp: no longer ${role.kind}`, { from, why })
    this.safely(() => role.over())
  }

  private async decided<T>(question: () => Promise<T | undefined>): Promise<T | undefined> {
    try {
      return await question()
    } catch (error) {
      this.failed(error)
      return undefined
    }
  }

  private failed(error: unknown) {
    this.house.log?.error("rtmp: the studio failed", { error })
  }

  /** Bounds what somebody may send who does not publish. */
  private admit(size: number) {
    if (this.phase === "publishing") return
    if (this.heardAt - this.minuteAt > minute) {
      this.minuteAt = this.heardAt
      this.chatter = 0
    }
    this.chatter += size
    if (this.chatter > this.house.limits.chatterBytesMost) throw new ProtocolError("it says too much")
  }

  private readOn() {
    while (this.phase === "opening" || this.phase === "publishing" || this.phase === "playing") {
      const message = this.intake.next()
      if (!message) return
      const command = commandIn(message)
      if (command) this.dialogue.hear(command)
      else this.role?.take(message)
    }
  }

  /** Whatever goes wrong on a connection costs that one alone. */
  private guard(step: () => void) {
    try {
      step()
    } catch (error) {
      if (!(error instanceof ProtocolError)) this.house.log?.error("rtmp: a connection failed", { error })
      this.cut(error instanceof ProtocolError ? error.message : "it failed")
    }
  }
}
