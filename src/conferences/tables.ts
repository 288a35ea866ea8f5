import { users } from "../accounts/tables.ts"
import { id, index, int, table, text, uniqueIndex } from "../db/kit.ts"
import { rooms } from "../rooms/tables.ts"

/** A guest who refused may be asked again; one who left was on stage once. */
export type GuestState = "asked" | "refused" | "agreed" | "left"

/** Whom hosts asked onto the stage of their conferences; who is there now has agreed. The host has no row. */
export const guests = table(
  "conference_guests",
  {
    id: id(),
    roomId: int()
      .notNull()
      .references(() => rooms.id, { onDelete: "cascade" }),
    userId: int()
      .notNull()
      .references(() => users.id),
    state: text().$type<GuestState>().notNull(),
    askedAt: int().notNull(),
    /** When the guest leaves the stage unless back in the room by then; null while there. */
    dueAt: int(),
  },
  (t) => [
    uniqueIndex("conference_guests_room_user").on(t.roomId, t.userId),
    index("conference_guests_user").on(t.userId, t.state),
    index("conference_guests_state").on(t.state, t.roomId),
  ],
)
