import { holding, type PersonalData } from "../personal.ts"
import { takeOffAir } from "./off_air.ts"
import { gags, rooms, visits } from "./tables.ts"

export const roomsPersonal: PersonalData = {
  holdings: [
    holding({
      name: "rooms",
      table: rooms,
      whose: [rooms.ownerId],
      // A recording that comes late is of no use then.
      erasure: { blanked: { name: "", location: "", save: false } },
    }),
    holding({
      name: "visits",
      table: visits,
      whose: [visits.userId],
      erasure: { kept: "A live room's viewers are counted by them." },
    }),
    holding({ name: "gags", table: gags, whose: [gags.userId], erasure: "deleted" }),
  ],
  close: ({ app, tx, after, userId }) => takeOffAir(app, tx, after, userId, "admin"),
}
