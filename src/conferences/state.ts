import { refuse } from "../refusal.ts"
import type { Room } from "../rooms/room.ts"

/** A conference is made, has its title and place settled, is opened, and ends; the host may open it without settling first. */
export type ConferenceState = "idle" | "ready" | "live" | "finished"

type Act = "confirm" | "open" | "close"

const next: Record<ConferenceState, Partial<Record<Act, ConferenceState>>> = {
  idle: { confirm: "ready", open: "live", close: "finished" },
  ready: { confirm: "ready", open: "live", close: "finished" },
  live: { close: "finished" },
  finished: {},
}

/** A conference's state, as its room's row says it. */
export function stateOf({ state, confirmedAt }: Pick<Room, "state" | "confirmedAt">): ConferenceState {
  if (state !== "reserved") return state
  return confirmedAt === null ? "idle" : "ready"
}

/** @throws {Refusal} `conference.finished`, or `conference.in_use` where it is on the air */
export function assertMay(room: Pick<Room, "state" | "confirmedAt">, act: Act): void {
  const state = stateOf(room)
  if (next[state][act] === undefined) refuse(state === "finished" ? "conference.finished" : "conference.in_use")
}
