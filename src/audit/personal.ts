import { eq, or } from "drizzle-orm"
import { holding, type PersonalData } from "../personal.ts"
import { actorOf } from "./audit.ts"
import { auditLog } from "./tables.ts"

export const auditPersonal: PersonalData = {
  holdings: [
    holding({
      name: "operators_acts",
      table: auditLog,
      whose: [],
      without: ["hash"],
      // A user is the target of an act under the name that an actor has.
      match: (_, userId) => or(eq(auditLog.target, actorOf(userId)), eq(auditLog.actor, actorOf(userId))),
      erasure: { kept: "The log is only ever added to, and knows people by number." },
    }),
  ],
}
