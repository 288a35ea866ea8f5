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

const ping = /^\s*\{\s*"mtype"\s*:\s*0\s*\}\s*$/

/** Whether a message is nothing but a ping, which is echoed without asking anybody. */
export const isPing = (text: string): boolean => ping.test(text)

type Handle = (text: string) => void | Promise<void>

/**
 * Handles a socket's messages one after the other: a message waits while the one before it is being handled, also when the
 * socket is gone by then: what was said is said. `handle` must not throw or reject.
 *
 * @returns `full` when too many wait already, or a promise while this message and those behind it are being handled
 */
export function hear(seat: Seat, text: string, most: number, handle: Handle): "full" | undefined | Promise<void> {
  if (seat.inbox) {
    if (seat.inbox.length >= most) return "full"
    seat.inbox.push(text)
    return undefined
  }
  const handling = handle(text)
  if (!handling) return undefined
  seat.inbox = []
  return work(seat, seat.inbox, handling, handle)
}

async function work(seat: Seat, inbox: string[], first: Promise<void>, handle: Handle) {
  await first
  for (let text = inbox.shift(); text !== undefined; text = inbox.shift()) {
    await handle(text)
  }
  seat.inbox = undefined
}
