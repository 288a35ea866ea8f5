import type { Message } from "./message.ts"

/** What a connection was let in as; it stays that until it ends. */
export interface Role {
  readonly kind: "publishing" | "playing"
  /** A message that is neither a command nor the protocol's own. */
  take(message: Message): void
  /** The last words to the client, when this server ends the connection. */
  farewell(why: string): Uint8Array[]
  /** The connection takes no more part. Called once. */
  over(): void
}
