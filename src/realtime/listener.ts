import type { Frame } from "./bus.ts"
import type { Seat } from "./seat.ts"

/** What a feature above the rooms adds to their sockets. */
export interface SocketFeature {
  /** The numbers (`mtype`) of messages that are its to hear. */
  readonly hears: readonly number[]
  /** A message of such a number, as {@link Listener.said}. */
  said(seat: Seat, message: Record<string, unknown>): void | Promise<void>
  /** As {@link Listener.entered}. */
  entered(seat: Seat): void | Promise<void>
  /** A socket with `ext` sat down, or took over another's place. What it is told now follows the opening frame. */
  opened(seat: Seat): void
  /** As {@link Listener.left}. */
  left?(seat: Seat): void
}

/** What the rooms mean is the listener's. Whatever it throws goes to `onError`; the sockets live on. */
export interface Listener {
  /** A socket sat down that continues none in the same room. Frames posted now reach the others, not this seat. */
  entered(seat: Seat): void | Promise<void>
  /**
   * The frame that opens the conversation, asked for sockets with `ext`. The next numbered frame such a socket gets is
   * `at.seq + 1`; `at.count` is the audience without the host.
   */
  snapshot(seat: Seat, at: { epoch: string; seq: number; recovered: boolean; count: number }): Frame | undefined
  /** A text message. The socket's next one waits for the promise. */
  said(seat: Seat, text: string): void | Promise<void>
  /** The socket is gone, and none replaced it in its room. */
  left(seat: Seat): void
}
