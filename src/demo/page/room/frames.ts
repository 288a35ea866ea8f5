/** The frames that a room's socket brings, as far as this page reads them; `mtype` says which. */
export interface Frame extends Record<string, unknown> {
  mtype: number
  /** The frame's number in its room; some frames have none. */
  seq?: number
}

export const mtype = {
  ping: 0,
  chat: 1,
  gift: 2,
  star: 3,
  refused: 4,
  closed: 5,
  notice: 6,
  violation: 7,
  gagged: 8,
  gagCancelled: 9,
  hostLeft: 10,
  hostEntered: 11,
  invitation: 15,
  entered: 18,
  left: 1012,
  audience: 1013,
  signal: 1016,
  snapshot: 1020,
} as const

/** A frame's number with its name, for people. */
export const titleOf = (frame: Frame): string => {
  const name = Object.entries(mtype).find(([, number]) => number === frame.mtype)?.[0]
  return name ? `mtype ${frame.mtype} · ${name}` : `mtype ${frame.mtype}`
}

/** @returns undefined for what is no frame */
export function readFrame(text: unknown): Frame | undefined {
  try {
    const value: unknown = JSON.parse(String(text))
    if (typeof value !== "object" || value === null || !("mtype" in value)) return undefined
    return typeof value.mtype === "number" ? (value as Frame) : undefined
  } catch {
    return undefined
  }
}

export const numberIn = (frame: Frame, name: string): number => Number(frame[name] ?? 0)
export const textIn = (frame: Frame, name: string): string => String(frame[name] ?? "")
