import { holding, type PersonalData } from "../personal.ts"
import { bans } from "./tables.ts"

export const moderationPersonal: PersonalData = {
  holdings: [
    holding({
      name: "bans",
      table: bans,
      whose: [bans.userId],
      without: ["placedBy", "liftedBy"],
      erasure: { blanked: { why: "" } },
    }),
  ],
}
