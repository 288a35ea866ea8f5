import { holding, type PersonalData } from "../personal.ts"
import { replays } from "./tables.ts"

export const databasePersonal: PersonalData = {
  holdings: [
    holding({
      name: "answers_kept_for_retries",
      table: replays,
      whose: [replays.userId],
      without: ["fingerprint"],
      erasure: "deleted",
    }),
  ],
}
