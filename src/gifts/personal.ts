import { holding, type PersonalData } from "../personal.ts"
import { giftPairs, gifts } from "./tables.ts"

const kept = { kept: "The ledger and other people's boards are made of them." }

export const giftsPersonal: PersonalData = {
  holdings: [
    holding({ name: "gifts_given", table: gifts, whose: [gifts.giverId], erasure: kept }),
    holding({ name: "gifts_received", table: gifts, whose: [gifts.receiverId], erasure: kept }),
    holding({ name: "given_in_all", table: giftPairs, whose: [giftPairs.giverId], erasure: kept }),
    holding({ name: "received_in_all", table: giftPairs, whose: [giftPairs.receiverId], erasure: kept }),
  ],
}
