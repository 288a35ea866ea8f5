import { and, eq } from "drizzle-orm"
import { forgetCodesTo } from "../accounts/code.ts"
import { type Closing, holding, type PersonalData } from "../personal.ts"
import { refuse } from "../refusal.ts"
import { openSealed } from "../sealed.ts"
import { sealedFor } from "./card.ts"
import { addressSeal } from "./item.ts"
import { cashPhoneOf } from "./phone.ts"
import { cards, cashPhones, withdrawals } from "./tables.ts"

export const withdrawalsPersonal: PersonalData = {
  holdings: [
    holding({ name: "cash_phone", table: cashPhones, whose: [cashPhones.userId], erasure: "deleted" }),
    holding({
      name: "card",
      table: cards,
      whose: [cards.userId],
      without: ["sealedHolder", "sealedNumber", "fingerprint"],
      reveal: (app, { sealedHolder }, inFull) => (inFull ? { holder: openedOrNull(app, "holder", sealedHolder) } : {}),
      erasure: "deleted",
    }),
    holding({
      name: "withdrawals",
      table: withdrawals,
      whose: [withdrawals.userId],
      without: ["sealedHolder", "sealedNumber", "sealedAddress"],
      reveal: (app, { sealedHolder, sealedAddress }, inFull) =>
        inFull
          ? {
              holder: openedOrNull(app, "holder", sealedHolder),
              address: openedOrNull(app, "address", sealedAddress),
            }
          : {},
      erasure: { blanked: { bank: "", sealedHolder: "", sealedNumber: "", tail: "", sealedAddress: "" } },
    }),
  ],
  close: settle,
}

const seals = { holder: sealedFor.holder, address: addressSeal }

const openedOrNull = (app: Parameters<typeof openSealed>[0], what: keyof typeof seals, sealed: string) =>
  openSealed(app, seals[what], sealed) ?? null

/** @throws {Refusal} `input.invalid` while money is on its way out: it could not be paid without the card */
async function settle({ tx, userId }: Closing): Promise<void> {
  const pending = await tx
    .select({ id: withdrawals.id })
    .from(withdrawals)
    .where(and(eq(withdrawals.userId, userId), eq(withdrawals.state, "pending")))
  if (pending.length > 0) {
    const numbers = pending.map(({ id }) => id).join(", ")
    refuse("input.invalid", { message: `User ${userId} waits for withdrawals; pay or reject them first: ${numbers}.` })
  }
  const tel = await cashPhoneOf(tx, userId)
  if (tel !== undefined) await forgetCodesTo(tx, tel)
}
