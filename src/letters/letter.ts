import { assertNotBanned } from "../accounts/ban.ts"
import { userById } from "../accounts/user.ts"
import type { App } from "../app.ts"
import { promise } from "../db/outbox.ts"
import { type Db, query } from "../db/query.ts"
import { once, type RequestKey } from "../db/replay.ts"
import { write } from "../db/write.ts"
import { refuse } from "../refusal.ts"
import { assertNeitherBlocked } from "../social/blocked.ts"
import { holdConversation, placeLetter } from "./conversation.ts"
import { letters } from "./tables.ts"
import { countUnread } from "./unread.ts"

/** A letter about to be sent. */
export interface Draft {
  receiverId: number
  text: string
  request: RequestKey | undefined
}

/**
 * Writes somebody a letter, who is told how many there are to read. Whoever has blocked somebody does not write either: there
 * could be no answer.
 *
 * @throws {Refusal} `letter.to_self`, `input.sensitive`, `account.unknown`, `account.other_banned`, `social.blocked` by
 * either, `request.reused`
 */
export async function writeLetter(app: App, senderId: number, { receiverId, text, request }: Draft): Promise<void> {
  if (receiverId === senderId) refuse("letter.to_self")
  app.words.assertClean("msg", text)
  await write(app, (tx, after) =>
    once(app, tx, request, async () => {
      assertNotBanned(await userById(tx, receiverId), app.now())
      await assertNeitherBlocked(tx, senderId, receiverId)
      const conversationId = await holdConversation(tx, senderId, receiverId)
      const letterId = await add(tx, { conversationId, senderId, text, at: app.now() })
      await placeLetter(tx, { conversationId, ownerId: senderId, otherId: receiverId, letterId, unread: 0 })
      await placeLetter(tx, { conversationId, ownerId: receiverId, otherId: senderId, letterId, unread: 1 })
      await countUnread(tx, receiverId)
      await promise(app, tx, after, "letter.sent", { receiverId })
    }),
  )
}

const insert = query<{ conversationId: number; senderId: number; text: string; at: number }>()((db, $) =>
  db
    .insert(letters)
    .values({ conversationId: $.conversationId, senderId: $.senderId, text: $.text, createdAt: $.at })
    .returning({ id: letters.id })
    .prepare(),
)

async function add(tx: Db, row: Parameters<typeof insert>[1]): Promise<number> {
  const [added] = await insert(tx, row)
  return added?.id ?? refuse("server.unexpected")
}
