/** One JSON object of the socket protocol. */
export type Frame = { mtype: number } & Record<string, unknown>

/**
 * How a room's frame travels. `chat` is numbered and the first to be shed when a reader is slow; `money` is numbered and
 * never dropped; `extension` carries no number and reaches only sockets opened with `ext`.
 */
export type Lane = "chat" | "money" | "extension"

/** Keys that a frame has for some users alone. */
export type Own = Record<number, Record<string, unknown>>

/** What a verb asks of the sockets, wherever they are connected. */
export type Message =
  /** With `own` an extension frame goes to each by itself, with what it says differently to some users, and is never shed. */
  | { to: "room"; room: number; frame: Frame; lane: Lane; own?: Own }
  /**
   * Personal: to the user's room socket if there is one, else to the lobby socket; one without `ext` gets `plain` instead,
   * if given. With a room, to a socket in there that has `ext` alone.
   */
  | { to: "user"; user: number; frame: Frame; plain?: Frame; room?: number }
  /** To the lobby sockets of some users, whatever room they are in. */
  | { to: "lobby"; users: number[]; frame: Frame }
  | { to: "everyone"; frame: Frame }
  /** Ends every socket of the user: `frame` if given, then the error frame, then close code 4000 + `err`. */
  | { to: "dismiss"; user: number; err: number; frame?: Frame }
  /** Ends the user's socket in this room, if there is one, like `dismiss`; the lobby's stays. */
  | { to: "expel"; user: number; room: number; err: number }
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
