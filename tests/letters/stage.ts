import { expect } from "bun:test"
import { conversationSides, letters, unreadLetters } from "../../src/letters/tables.ts"
import type { TestApp } from "../support/app.ts"
import type { Phone } from "../support/phone.ts"

export type Conversation = Record<"id" | "session_id" | "uid" | "message_body" | "unread" | "record_time", string>
export interface Shown {
  Id: number
  SessionId: number
  IsSend: boolean
  MessageBody: string
  CreateTime: string
}

export const writes = (from: Phone, to: Phone, msg: string) =>
  from.ok("POST", "/letter/write_letter", { oid: to.uid, msg })

export const deletes = (who: Phone, other: Phone) => who.ok("POST", "/letter/del_session", { oid: other.uid })

export async function listOf(who: Phone, page: Record<string, string | number> = {}): Promise<Conversation[]> {
  return (await who.ok("GET", "/letter/letter_list", page))["letter"] as Conversation[]
}

/** A page of somebody's letters with another, which makes the newest page read. */
export async function reads(who: Phone, other: Phone, page: Record<string, string | number> = {}): Promise<Shown[]> {
  return (await who.ok("GET", "/letter/letter_show", { oid: other.uid, ...page }))["letter"] as Shown[]
}

export const textsOf = (shown: Shown[]) => shown.map(({ MessageBody }) => MessageBody)

export const unreadOf = async (who: Phone) => (await who.ok("GET", "/letter/letter_unread"))["unread"]

/** Each side's newest letter is the conversation's, and every count of unread letters is what the sides come to. */
export async function assertSettled({ running }: TestApp): Promise<void> {
  const { read } = running.app.db
  const [sides, kept, counts] = [
    await read.select().from(conversationSides),
    await read.select().from(letters),
    await read.select().from(unreadLetters),
  ]
  for (const { conversationId, ownerId, lastLetterId, clearedUpTo, unread } of sides) {
    const all = kept.filter((letter) => letter.conversationId === conversationId)
    const newest = Math.max(...all.map(({ id }) => id))
    expect(lastLetterId ?? clearedUpTo).toBe(newest)
    const unseen = all.filter(({ id, senderId }) => id > clearedUpTo && senderId !== ownerId)
    expect(unread).toBeLessThanOrEqual(unseen.length)
  }
  for (const { userId, count } of counts) {
    const own = sides.filter(({ ownerId }) => ownerId === userId)
    expect({ userId, count }).toEqual({ userId, count: own.reduce((sum, { unread }) => sum + unread, 0) })
  }
}
