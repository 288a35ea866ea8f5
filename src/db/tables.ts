import { bool, id, index, int, json, table, text, uniqueIndex } from "./kit.ts"

/** What must still happen because of a committed write; a row is deleted once its handler has succeeded. */
export const outbox = table(
  "outbox",
  {
    id: id(),
    kind: text().notNull(),
    payload: json().notNull(),
    /** When it may be tried next; a runner that takes it pushes this ahead, so that nobody else does. */
    dueAt: int().notNull(),
    attempts: int().notNull().default(0),
    /** Tried too often; kept for a person to look at. */
    dead: bool().notNull().default(false),
    createdAt: int().notNull(),
  },
  (t) => [index("outbox_due").on(t.dead, t.dueAt, t.id)],
)

/** First answers to calls that carried a `request_id`, so that a retry gets the same one. */
export const replays = table(
  "replays",
  {
    id: id(),
    userId: int().notNull(),
    requestId: text().notNull(),
    /** SHA-256 of the call and its parameters, in hex. */
    fingerprint: text().notNull(),
    answer: json(),
    createdAt: int().notNull(),
  },
  (t) => [uniqueIndex("replays_request").on(t.userId, t.requestId), index("replays_age").on(t.createdAt)],
)
