import type { Limits } from "./limits.ts"
import type { Seat } from "./seat.ts"

/** Takes one token for an inbound message. Answers false when the socket sends faster than it may; `now` is in ms. */
export function admits(seat: Seat, limits: Limits, now: number): boolean {
  if (limits.inboundPerSecond === 0) return true
  const refill = ((now - seat.tokensAt) / 1000) * limits.inboundPerSecond
  seat.tokens = Math.min(limits.inboundBurst, seat.tokens + refill)
  seat.tokensAt = now
  if (seat.tokens < 1) return false
  seat.tokens -= 1
  return true
}

/**
 * Handles a socket's messages one after the other: a message waits while the one before it is being handled, and is
 * dropped if the seat is gone by then. Answers false when too many wait already. `handle` must not throw or reject.
 */
export function hear(seat: Seat, text: string, most: number, handle: (text: string) => void | Promise<void>): boolean {
  if (seat.inbox) {
    if (seat.inbox.length >= most) return false
    seat.inbox.push(text)
    return true
  }
  const handling = handle(text)
  if (handling) {
    seat.inbox = []
    void work(seat, seat.inbox, handling, handle)
  }
  return true
}

async function work(seat: Seat, inbox: string[], first: Promise<void>, handle: (text: string) => void | Promise<void>) {
  await first
  for (let text = inbox.shift(); text !== undefined && seat.state !== "outside"; text = inbox.shift())
    await handle(text)
  seat.inbox = undefined
}
