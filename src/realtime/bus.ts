/** One JSON object of the socket protocol. */
export type Frame = { mtype: number } & Record<string, unknown>

/**
 * How a room's frame travels. `chat` is numbered and the first to be shed when a reader is slow; `money` is numbered and
 * never dropped; `extension` carries no number and reaches only sockets opened with `ext`.
 */
export type Lane = "chat" | "money" | "extension"

/** What a verb asks of the sockets, wherever they are connected. */
export type Message =
  | { to: "room"; room: number; frame: Frame; lane: Lane }
  /** Personal: to the user's room socket if there is one, else to the lobby socket. */
  | { to: "user"; user: number; frame: Frame }
  | { to: "everyone"; frame: Frame }
  /** Ends every socket of the user: `frame` if given, then the error frame, then close code 4000 + `err`. */
  | { to: "dismiss"; user: number; err: number; frame?: Frame }
  /** The room is over: its sockets get what is pending and are closed, and its state is forgotten. */
  | { to: "close"; room: number }

/** The way from a verb to the hub. Messages posted by one process arrive in the order they were posted. */
export interface Bus {
  post(message: Message): void
  listen(handler: (message: Message) => void): void
  /** Later posts are ignored. */
  close(): Promise<void>
}

/** The bus of a server that runs as one process: handlers have run when `post` returns. */
export function localBus(): Bus {
  let handlers: ((message: Message) => void)[] = []
  return {
    post(message) {
      for (const handler of handlers) handler(message)
    },
    listen(handler) {
      handlers.push(handler)
    },
    async close() {
      handlers = []
    },
  }
}
