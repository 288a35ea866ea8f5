import { type Bus, type Frame, type Lane, localBus } from "../../src/realtime/bus.ts"
import { createHub, type Hub } from "../../src/realtime/hub.ts"
import type { Limits } from "../../src/realtime/limits.ts"
import type { Seat } from "../../src/realtime/seat.ts"
import { RawReader } from "./raw_reader.ts"
import { Reader } from "./reader.ts"
import { Record as Log } from "./record.ts"

export const Ana = 1
export const Bo = 2
export const Cai = 3
export const Dee = 4

type Way = { room?: number; ext?: boolean; since?: number; epoch?: string; refuse?: number; port?: number }
type Event = { what: "entered" | "left"; seat: Seat } | { what: "said"; seat: Seat; text: string }

/**
 * A hub behind a real server; its listener announces who enters (18), opens with a snapshot (1020) and logs the rest.
 * Every seat is a part of the room by itself, up to eight.
 */
export class Stage implements AsyncDisposable {
  readonly log = new Log<Event>()
  readonly errors = new Log<unknown>()
  readonly hub: Hub
  readonly bus: Bus = localBus()
  onEnter: (seat: Seat) => void = (seat) => {
    if (seat.roomId > 0) this.say({ mtype: 18, uid: seat.userId }, "chat", seat.roomId)
  }
  onText: (seat: Seat, text: string) => void | Promise<void> = () => {}
  private readonly servers: Bun.Server<Seat>[] = []

  constructor(limits: Partial<Limits> = {}) {
    this.hub = createHub({
      bus: this.bus,
      limits: { partSeats: 1, ...limits },
      onError: (error) => this.errors.add(error),
      listener: {
        entered: (seat) => {
          this.log.add({ what: "entered", seat })
          this.onEnter(seat)
        },
        snapshot: (seat, at) => (seat.roomId > 0 ? { mtype: 1020, ...at } : undefined),
        said: (seat, text) => {
          this.log.add({ what: "said", seat, text })
          return this.onText(seat, text)
        },
        left: (seat) => this.log.add({ what: "left", seat }),
      },
    })
    this.listen()
  }

  /** Opens one more port to the same rooms and answers it. */
  listen(): number {
    const server = Bun.serve({
      port: 0,
      websocket: this.hub.websocket,
      fetch: (request, server) => {
        const query = new URL(request.url).searchParams
        const refuse = query.get("refuse")
        const since = query.get("since")
        const data = refuse
          ? this.hub.refusal(Number(refuse))
          : this.hub.seat({
              userId: Number(query.get("user")),
              sessionId: 0,
              nickName: "",
              roomId: Number(query.get("room")),
              isHost: query.get("user") === String(Ana),
              ext: query.get("ext") === "true",
              since: since === null ? undefined : Number(since),
              epoch: query.get("epoch") ?? undefined,
            })
        return server.upgrade(request, { data }) ? undefined : new Response("no socket", { status: 400 })
      },
    })
    this.hub.attach(server)
    this.servers.push(server)
    return server.port ?? 0
  }

  get port(): number {
    return this.servers[0]?.port ?? 0
  }

  /** Connects and waits until the hub has the user seated. */
  async enter(user: number, way: Way = {}): Promise<Reader> {
    const reader = this.connect(user, way)
    await this.log.until((event) => event.what === "entered" && event.seat.userId === user)
    await reader.opened
    return reader
  }

  connect(user: number, way: Way = {}): Reader {
    return new Reader(`ws://127.0.0.1:${way.port ?? this.port}${path(user, way)}`)
  }

  async enterRaw(user: number, way: Way = {}): Promise<{ reader: RawReader; seat: Seat }> {
    const reader = await RawReader.connect(this.port, path(user, way))
    const event = await this.log.until((each) => each.what === "entered" && each.seat.userId === user)
    return { reader, seat: event.seat }
  }

  say(frame: Frame, lane: Lane = "chat", room = 7): void {
    this.bus.post({ to: "room", room, frame, lane })
  }

  events(): string[] {
    return this.log.items.map(({ what, seat }) => `${seat.userId} ${what} ${seat.roomId}`)
  }

  async [Symbol.asyncDispose]() {
    await this.bus.close()
    await Promise.all(this.servers.map((server) => server.stop(true)))
  }
}

function path(user: number, { room = 7, port: _, ...rest }: Way): string {
  const query = new URLSearchParams({ user: String(user), room: String(room) })
  for (const [key, value] of Object.entries(rest)) query.set(key, String(value))
  return `/?${query}`
}
