import type { App } from "../app.ts"
import type { SocketFeature } from "../realtime/listener.ts"
import type { Seat } from "../realtime/seat.ts"
import { Refusal, refuse } from "../refusal.ts"
import { createRateLimiter } from "../wire/rate_limit.ts"
import { mtype } from "./frames.ts"
import { answerInvitation } from "./invitation.ts"
import { relay } from "./signal.ts"
import { readConferenceFrame } from "./wire.ts"

/** What one on stage may say to the others: enough for a new guest to meet five, candidate by candidate. */
const signalling = { perSecond: 20, burst: 60 }

/** What conferences add to sockets: answers to invitations, from wherever the guest is, and the words of those on stage. */
export function conferenceSocket(getApp: () => App): SocketFeature {
  const limit = createRateLimiter(signalling)

  async function act(app: App, seat: Seat, message: Record<string, unknown>): Promise<void> {
    const frame = readConferenceFrame(message) ?? refuse("conference.invalid")
    if (frame.mtype === mtype.invitation) {
      return answerInvitation(app, seat.userId, frame.anchor_uid, frame.is_agree === 0)
    }
    if (app.config.rateLimits === "on") limit(String(seat.userId))
    return relay(app, seat, frame.to, frame.data)
  }

  return {
    hears: Object.values(mtype),
    async said(seat, message) {
      const app = getApp()
      try {
        await act(app, seat, message)
      } catch (error) {
        if (!(error instanceof Refusal)) throw error
        app.realtime.refuse(seat, error.reason)
      }
    },
    entered: (seat) => getApp().absences.came(seat.userId),
    opened() {},
    left: (seat) => getApp().absences.went(seat.userId),
  }
}
