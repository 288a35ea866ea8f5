import { isNotNull, sql } from "drizzle-orm"
import { users } from "../accounts/tables.ts"
import { bool, id, index, int, table, text, uniqueIndex } from "../db/kit.ts"

export type RoomKind = "live" | "conference"
export type RoomState = "reserved" | "live" | "finished"
/** Who ended the broadcast: its host, the clock after the host was gone, the host by opening another, or an admin. */
export type EndCause = "host" | "abandoned" | "replaced" | "admin"

/** Broadcasts and conferences, past and present; one sequence of ids for both, and a playback has its room's. */
export const rooms = table(
  "rooms",
  {
    id: id(),
    kind: text().$type<RoomKind>().notNull().default("live"),
    state: text().$type<RoomState>().notNull(),
    ownerId: int()
      .notNull()
      .references(() => users.id),
    name: text().notNull().default(""),
    location: text().notNull().default(""),
    /** Which picture stands for the room: 1 the owner's cover, 2 the owner's face. */
    itype: int().notNull().default(2),
    save: bool().notNull().default(false),
    gameType: int().notNull().default(0),
    line: int().notNull(),
    /** Whether the host's video is there, as the provider last told. */
    streaming: bool().notNull().default(false),
    /** Seconds between two messages of one viewer; 0 for no slow mode. */
    slowSeconds: int().notNull().default(0),
    reservedAt: int().notNull(),
    /** When a conference's title and place were settled, before it is open. */
    confirmedAt: int(),
    startedAt: int(),
    finishedAt: int(),
    endCause: text().$type<EndCause>(),
    /** When the room closes unless its host comes back; null while the host is here. */
    hostDueAt: int(),
    /** Rice earned in this room. */
    rice: int().notNull().default(0),
    /** Distinct viewers besides the host, settled when the room finished. */
    viewers: int().notNull().default(0),
    /** Who came to the playback alone. */
    laterViewers: int().notNull().default(0),
  },
  (t) => [
    // A host has one reservation and one live room at most, whatever arrives at once.
    uniqueIndex("rooms_open").on(t.ownerId, t.kind, t.state).where(sql`${t.state} <> 'finished'`),
    index("rooms_state").on(t.state, t.kind, t.id),
    index("rooms_owner").on(t.ownerId, t.state),
    index("rooms_due").on(t.hostDueAt).where(isNotNull(t.hostDueAt)),
  ],
)

/** Who was ever in a room, the host left out. */
export const visits = table(
  "visits",
  {
    id: id(),
    roomId: int()
      .notNull()
      .references(() => rooms.id),
    userId: int()
      .notNull()
      .references(() => users.id),
  },
  (t) => [uniqueIndex("visits_room_user").on(t.roomId, t.userId)],
)

/** Who may not speak in a room. */
export const gags = table(
  "gags",
  {
    id: id(),
    roomId: int()
      .notNull()
      .references(() => rooms.id),
    userId: int()
      .notNull()
      .references(() => users.id),
    createdAt: int().notNull(),
  },
  (t) => [uniqueIndex("gags_room_user").on(t.roomId, t.userId)],
)
