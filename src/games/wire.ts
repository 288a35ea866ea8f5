import { createHash } from "node:crypto"
import { z } from "zod"
import type { RequestKey } from "../db/replay.ts"
import { id, text, whole } from "../wire/fields.ts"
import { gameMtype } from "./frames.ts"
import { betMost, positions } from "./rules.ts"

export const AskRecords = z.object({
  room_id: id(),
  /** The `Id` of the last row seen. */
  before: id().optional(),
})

export const Bet = z.object({
  game_id: text(1, 40),
  pos: whole(1, positions),
  score: whole(1, betMost),
  request_id: z
    .string()
    .regex(/^[\x21-\x7e]{1,128}$/)
    .optional(),
})

/** What a bet that cannot be understood said, as far as it can be said back. */
export function likeness(message: Record<string, unknown>): z.output<typeof Bet> {
  const { game_id, pos, score, request_id } = message
  const short = (value: unknown) => (typeof value === "string" && value.length <= 128 ? value : undefined)
  const number = (value: unknown) => (typeof value === "number" ? value : 0)
  return { game_id: short(game_id) ?? "", pos: number(pos), score: number(score), request_id: short(request_id) }
}

/** A bet's own number, by which a retry is known. */
export function betKey(userId: number, bet: z.output<typeof Bet>): RequestKey | undefined {
  const { game_id, pos, score, request_id: requestId } = bet
  if (requestId === undefined) return undefined
  const fingerprint = createHash("sha256")
    .update(JSON.stringify([gameMtype.bet, game_id, pos, score]))
    .digest("hex")
  return { userId, requestId, fingerprint }
}
