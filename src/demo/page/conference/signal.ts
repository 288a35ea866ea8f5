/** What WebRTC calls a session description. */
export interface Description {
  type: "offer" | "answer"
  sdp: string
}

/** What two pages negotiate, for the page of the other alone that `to` names. The browser looks into candidates. */
export type Negotiation =
  | { type: "description"; description: Description }
  | { type: "candidates"; candidates: Record<string, unknown>[] }

/** Which of somebody's devices are on. */
export interface Switches {
  mic: boolean
  camera: boolean
}

/**
 * What those on stage say to each other. `session` names the page that speaks: somebody who loads it anew begins anew. A
 * `bye` is the server's word for who has left.
 */
export type Signal =
  | ({ type: "hello" | "switches"; session: string } & Switches)
  | (Negotiation & { session: string; to: string })
  | { type: "bye" }

const sessionMax = 64
const candidatesMax = 64

/** @returns undefined for what this page does not understand: apps may say more to each other */
export function readSignal(data: unknown): Signal | undefined {
  if (!isRecord(data)) return undefined
  const { type, session, to } = data
  if (type === "bye") return { type }
  if (!isSession(session)) return undefined
  if (type === "hello" || type === "switches") {
    return { type, session, mic: data["mic"] !== false, camera: data["camera"] !== false }
  }
  if (!isSession(to)) return undefined
  if (type === "description") {
    const description = readDescription(data["description"])
    return description && { type, session, to, description }
  }
  const { candidates } = data
  if (type !== "candidates" || !Array.isArray(candidates) || candidates.length > candidatesMax) return undefined
  return { type, session, to, candidates: candidates.filter(isRecord) }
}

function readDescription(value: unknown): Description | undefined {
  if (!isRecord(value)) return undefined
  const { type, sdp } = value
  return (type === "offer" || type === "answer") && typeof sdp === "string" ? { type, sdp } : undefined
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null

const isSession = (value: unknown): value is string =>
  typeof value === "string" && value !== "" && value.length <= sessionMax
