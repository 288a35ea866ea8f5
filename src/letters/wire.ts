import { z } from "zod"
import type { App } from "../app.ts"
import { id, page, text } from "../wire/fields.ts"
import { createClock } from "../wire/times.ts"
import type { Listed } from "./conversation.ts"
import type { Letter } from "./reading.ts"

export const WriteLetter = z.object({ oid: id(), msg: text(1, 1_000) })
export const LetterList = z.object(page)
export const LetterShow = z.object({ oid: id(), ...page })
export const LetterOpen = z.object({ session_id: id(), ...page })
export const DelSession = z.object({ oid: id() })

/** A conversation in the list; `id`, for `before`, is its newest letter's, since the list goes by that. */
export function letterRow(app: App) {
  const clock = createClock(app.config)
  return ({ conversationId, unread, other, letter }: Listed) => ({
    id: String(letter.id),
    session_id: String(conversationId),
    uid: String(other.id),
    nick_name: other.nickName,
    image: other.image,
    message_body: letter.text,
    record_time: clock.plain(letter.createdAt),
    unread: String(unread),
  })
}

/** A letter as one of the two sees it: `IsSend` tells that the reader wrote it. */
export function letterShown(app: App) {
  const clock = createClock(app.config)
  return (readerId: number) =>
    ({ id, conversationId, senderId, text, createdAt }: Letter) => ({
      Id: id,
      SessionId: conversationId,
      IsSend: senderId === readerId,
      MessageBody: text,
      CreateTime: clock.rfc3339(createdAt),
    })
}
