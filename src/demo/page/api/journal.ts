import { type Cell, cell } from "../cell.ts"

/** One thing that this page said to the server or heard from it. */
export interface Entry {
  id: number
  /** Milliseconds since 1970. */
  at: number
  kind: "call" | "sent" | "heard" | "socket"
  /** `POST /room/create_room`, or a frame's number. */
  title: string
  /** What went out, secrets left out. */
  said?: unknown
  /** What came back, or the frame. */
  answer?: unknown
  code?: number
  milliseconds?: number
  /** The same call in a row. */
  times: number
}

/** More is forgotten, the oldest first. */
const entriesMax = 200
const secrets = new Set(["token", "Token", "pwd", "code", "credential"])
/** Addresses that let whoever has them push. */
const signed = new Set(["url", "push_url", "live_pull"])

/** What the page and the server said to each other, the newest first: shown to whoever writes an app of their own. */
export const journal: Cell<Entry[]> = cell([])

let entries = 0

export function note(entry: Omit<Entry, "id" | "at" | "times">): void {
  entries += 1
  const [latest, ...older] = journal.value
  const isAgain = latest && entry.kind === "call" && latest.title === entry.title && latest.code === entry.code
  const kept = { ...entry, id: entries, at: Date.now(), times: isAgain ? latest.times + 1 : 1 }
  journal.set([kept, ...(isAgain ? older : journal.value)].slice(0, entriesMax))
}

/** The same with its secrets masked, however deep they are. */
export function masked(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(masked)
  if (typeof value !== "object" || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, maskedAs(name, inner)]))
}

function maskedAs(name: string, value: unknown): unknown {
  if (secrets.has(name) && value !== undefined) return "•••"
  return signed.has(name) && typeof value === "string" ? value.replace(/\?.*$/, "?•••") : masked(value)
}
