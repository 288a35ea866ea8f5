export type Frame = Record<string, unknown> & { mtype: number }

type Match = Partial<Frame> | ((frame: Frame) => boolean)

/** A long wait means that what was waited for will not come; the test then fails with what did. */
const patience = 30_000

/** A phone's socket: keeps every frame, and waits for the one a story needs next. */
export class Socket {
  /** Frames in the order they came. */
  readonly frames: Frame[] = []
  /** Resolves with the close code once the socket is gone. */
  readonly closed: Promise<number>
  private read = 0
  private wake: () => void = () => {}

  private constructor(private readonly socket: WebSocket) {
    socket.onmessage = ({ data }) => {
      this.frames.push(JSON.parse(String(data)))
      this.wake()
    }
    this.closed = new Promise((resolve) => {
      socket.onclose = ({ code }) => {
        this.wake()
        resolve(code)
      }
    })
  }

  static open(address: string): Promise<Socket> {
    const socket = new WebSocket(address)
    const opened = new Socket(socket)
    return new Promise((resolve, reject) => {
      socket.onopen = () => resolve(opened)
      socket.onerror = () => reject(new Error(`no socket at ${address}`))
    })
  }

  says(msg: string): void {
    this.sends({ mtype: 1, msg })
  }

  sends(frame: unknown): void {
    this.socket.send(typeof frame === "string" ? frame : JSON.stringify(frame))
  }

  /** The next frame that fits, after the last one waited for; frames between are passed over. */
  async hears(match: Match): Promise<Frame> {
    const deadline = Date.now() + patience
    while (true) {
      while (this.read < this.frames.length) {
        const frame = this.frames[this.read++]
        if (frame && fits(frame, match)) return frame
      }
      if (this.socket.readyState > WebSocket.OPEN || Date.now() > deadline) {
        const heard = this.frames.map((frame) => JSON.stringify(frame)).join("\n")
        throw new Error(`${JSON.stringify(match) ?? match} was not heard, but:\n${heard}`)
      }
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, deadline - Date.now())
        this.wake = () => {
          clearTimeout(timer)
          resolve()
        }
      })
    }
  }

  /** Waits until everything the server sent this socket before now has come: a refusal keeps its place in the order. */
  async settles(): Promise<void> {
    this.sends({ mtype: -1 })
    await this.hears({ mtype: 4, err: 10 })
  }

  leaves(): Promise<number> {
    this.socket.close(1000)
    return this.closed
  }
}

const fits = (frame: Frame, match: Match) =>
  typeof match === "function" ? match(frame) : Object.entries(match).every(([name, value]) => frame[name] === value)
