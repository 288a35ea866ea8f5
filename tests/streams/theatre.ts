import { expect } from "bun:test"
import { readdirSync, readFileSync, readlinkSync } from "node:fs"
import { join } from "node:path"
import { freshHome, type Home } from "../support/app.ts"
import { type Program, startProgram } from "../support/process.ts"
import { Screen } from "./screen.ts"
import { Encoder, rtmpParts } from "./stage.ts"
import { type Broadcast, Studio } from "./studio.ts"

/** Ana on the air, with somebody who watches. */
export interface Performance {
  room: Broadcast
  encoder: Encoder
  screen: Screen
}

/** The real program in a process of its own, Ana who goes live in it and Bo who visits her. */
export class Theatre implements AsyncDisposable {
  private constructor(
    private readonly home: Home,
    readonly program: Program,
    readonly ana: Studio,
    readonly bo: Studio,
    readonly rtmpPort: number,
  ) {}

  static async open(settings: Record<string, string> = {}): Promise<Theatre> {
    const home = await freshHome()
    const program = await startProgram({ ...home.env, RECORDING_FREE_GB: "0", ...settings })
    const [ana, bo] = await Promise.all([Studio.open(program.url), Studio.open(program.url)])
    const room = await ana.goesLive({})
    await ana.closes(room)
    return new Theatre(home, program, ana, bo, rtmpParts(room.pushUrl).port)
  }

  /** Ana opens a room and her encoder is let in. */
  async goesLive(opening: Record<string, number> = {}): Promise<{ room: Broadcast; encoder: Encoder }> {
    const room = await this.ana.goesLive(opening)
    const { encoder, answer } = await Encoder.at(room.pushUrl)
    expect(answer).toBe("NetStream.Publish.Start")
    return { room, encoder }
  }

  /** Ana goes live, and is seen. */
  async plays(opening: Record<string, number> = {}): Promise<Performance> {
    const { room, encoder } = await this.goesLive(opening)
    // Nothing is answered before there is something to see.
    const watching = Screen.at(room.flvUrl)
    encoder.sends()
    encoder.sends()
    encoder.shows("curtain up")
    const screen = await watching
    await screen.shows("curtain up")
    return { room, encoder, screen }
  }

  /** Whoever watched Ana sees her still, and nothing of Eve's; and another evening is like any other. */
  async goesOn({ room, encoder, screen }: Performance): Promise<void> {
    encoder.shows("still here")
    await screen.shows("still here")
    expect(screen.bytes.includes("Eve")).toBe(false)
    await this.ana.closes(room)
    await screen.ended
    await this.isWell()
  }

  /** A whole evening: picture, chat, end. And nothing was the program's own failure. */
  async isWell(): Promise<void> {
    const { room, encoder, screen } = await this.plays()
    const [atAna, atBo] = await Promise.all([this.ana.enters(room), this.bo.enters(room)])
    atBo.says("good evening")
    await atAna.hears({ mtype: 1, msg: "good evening" })
    await this.ana.closes(room)
    await Promise.all([screen.ended, encoder.isCut(), atAna.closed, atBo.closed])
    expect(this.faults()).toEqual([])
  }

  /** What the program logged as its own failure. */
  faults(): string[] {
    return this.program
      .logged()
      .split("\n")
      .filter((line) => line.includes('"level":"error"'))
  }

  /** The program's memory, in bytes. */
  memory(): number {
    const pages = readFileSync(`/proc/${this.program.pid}/statm`, "utf8").split(" ")[1]
    return Number(pages) * 4_096
  }

  /** Connections that the program has open, and the doors it listens at. */
  sockets(): number {
    const folder = `/proc/${this.program.pid}/fd`
    return readdirSync(folder).filter((name) => isSocket(join(folder, name))).length
  }

  async [Symbol.asyncDispose]() {
    await this.program[Symbol.asyncDispose]()
    await this.home.remove()
  }
}

function isSocket(descriptor: string): boolean {
  try {
    return readlinkSync(descriptor).startsWith("socket:")
  } catch {
    // It was closed meanwhile.
    return false
  }
}
