import { createHash } from "node:crypto"

/** What a row of the operators' log says. */
export interface Link {
  seq: number
  at: number
  actor: string
  act: string
  target: string
  /** The JSON text that the database keeps. */
  detail: string
}

/** What stands for the hash of the row before the first. */
export const beginning = ""

/** A row's hash: SHA-256, in hex, of the hash of the row before it and of what the row itself says. */
export const hashOf = (former: string, { seq, at, actor, act, target, detail }: Link): string =>
  createHash("sha256")
    .update(JSON.stringify([former, seq, at, actor, act, target, detail]))
    .digest("hex")
