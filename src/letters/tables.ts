import { isNotNull, sql } from "drizzle-orm"
import { users } from "../accounts/tables.ts"
import { check, id, index, int, table, text, uniqueIndex } from "../db/kit.ts"

/** Two people who write to each other: the wire's session. Its row is held by whoever changes anything of it. */
export const conversations = table(
  "conversations",
  {
    id: id(),
    /** The two, the lower number first. */
    lowId: int()
      .notNull()
      .references(() => users.id),
    highId: int()
      .notNull()
      .references(() => users.id),
  },
  (t) => [uniqueIndex("conversations_pair").on(t.lowId, t.highId), check("conversations_two", sql`low_id < high_id`)],
)

/** A conversation as one of the two has it before them. */
export const conversationSides = table(
  "conversation_sides",
  {
    id: id(),
    conversationId: int()
      .notNull()
      .references(() => conversations.id),
    ownerId: int()
      .notNull()
      .references(() => users.id),
    otherId: int()
      .notNull()
      .references(() => users.id),
    /** The newest letter; null once the owner has deleted the conversation, until there is a new one. */
    lastLetterId: int(),
    /** Letters up to this one are deleted for the owner. */
    clearedUpTo: int().notNull().default(0),
    unread: int().notNull().default(0),
  },
  (t) => [
    uniqueIndex("conversation_sides_both").on(t.ownerId, t.otherId),
    uniqueIndex("conversation_sides_owner").on(t.conversationId, t.ownerId),
    index("conversation_sides_list").on(t.ownerId, t.lastLetterId).where(isNotNull(t.lastLetterId)),
    check("conversation_sides_whole", sql`unread >= 0`),
  ],
)

export const letters = table(
  "letters",
  {
    id: id(),
    conversationId: int()
      .notNull()
      .references(() => conversations.id),
    senderId: int()
      .notNull()
      .references(() => users.id),
    text: text().notNull(),
    createdAt: int().notNull(),
  },
  (t) => [index("letters_conversation").on(t.conversationId, t.id)],
)

/** How many letters a person has not read, over all conversations: summing them up would take longer the more there are. */
export const unreadLetters = table(
  "unread_letters",
  {
    id: id(),
    userId: int()
      .notNull()
      .references(() => users.id),
    count: int().notNull(),
  },
  (t) => [uniqueIndex("unread_letters_user").on(t.userId), check("unread_letters_whole", sql`count >= 0`)],
)
