import type { Frame } from "./frames.ts"

/** A room's frames for whoever understands them, and a way to answer. */
export interface Mailbox {
  /** @returns false when nothing can be sent just now */
  send(frame: Frame): boolean
  /** Calls with each frame, until the answer is called. */
  listen(hear: (frame: Frame) => void): () => void
}

/** @returns the mailbox, and what passes a frame on to those who listen to it */
export function createMailbox(send: Mailbox["send"]): { mailbox: Mailbox; heard(frame: Frame): void } {
  const listeners = new Set<(frame: Frame) => void>()
  return {
    heard(frame) {
      for (const hear of [...listeners]) hear(frame)
    },
    mailbox: {
      send,
      listen(hear) {
        listeners.add(hear)
        return () => listeners.delete(hear)
      },
    },
  }
}
