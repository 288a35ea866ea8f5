import { holding, type PersonalData } from "../personal.ts"
import { maskedName, maskedNumber, openIdentity } from "./identity.ts"
import { realNames } from "./tables.ts"

export const realNamesPersonal: PersonalData = {
  holdings: [
    holding({
      name: "real_name",
      table: realNames,
      whose: [realNames.userId],
      without: ["sealedIdentity", "fingerprint"],
      reveal(app, { sealedIdentity }, inFull) {
        const identity = openIdentity(app, sealedIdentity)
        if (!identity) return { identity: null }
        const { name, kind, number } = identity
        return { identity: inFull ? identity : { name: maskedName(name), kind, number: maskedNumber(number) } }
      },
      erasure: "deleted",
    }),
  ],
}
