import { and, eq, inArray, ne, or } from "drizzle-orm"
import type { Db } from "../db/query.ts"
import { holding, type PersonalData } from "../personal.ts"
import { conversationSides, conversations, letters, unreadLetters } from "./tables.ts"

const withPerson = (db: Db, userId: number) =>
  db
    .select({ id: conversations.id })
    .from(conversations)
    .where(or(eq(conversations.lowId, userId), eq(conversations.highId, userId)))

const others = { kept: "It is the other's too." }

export const lettersPersonal: PersonalData = {
  holdings: [
    holding({ name: "letters_written", table: letters, whose: [letters.senderId], erasure: { blanked: { text: "" } } }),
    holding({
      name: "letters_received",
      table: letters,
      whose: [],
      match: (db, userId) => and(inArray(letters.conversationId, withPerson(db, userId)), ne(letters.senderId, userId)),
      erasure: others,
    }),
    holding({
      name: "conversations",
      table: conversations,
      whose: [conversations.lowId, conversations.highId],
      erasure: others,
    }),
    holding({
      name: "mailbox",
      table: conversationSides,
      whose: [conversationSides.ownerId],
      erasure: "deleted",
    }),
    holding({
      name: "others_mailboxes",
      table: conversationSides,
      whose: [conversationSides.otherId],
      untold: "Whether the other has read or deleted a letter is the other's.",
      erasure: others,
    }),
    holding({ name: "unread_letters", table: unreadLetters, whose: [unreadLetters.userId], erasure: "deleted" }),
  ],
}
