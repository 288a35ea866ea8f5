import { afterAll, beforeAll, expect, test } from "bun:test"
import fc from "fast-check"
import { auditLedger } from "../../src/ledger_audit/audit.ts"
import { type Deed, day, openTown, type Town } from "./town.ts"

/** Towns per run; more for a long night: `TOWNS=1000 scripts/test tests/money`. */
const towns = Number(process.env["TOWNS"] ?? 60)

let town: Town & AsyncDisposable

beforeAll(async () => {
  town = await openTown()
})

afterAll(() => town[Symbol.asyncDispose]())

const place = fc.nat({ max: 3 })
const taps = fc.integer({ min: 1, max: 3 })
const which = fc.nat({ max: 20 })

const deed: fc.Arbitrary<Deed> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      does: fc.constant("give" as const),
      who: place,
      whom: place,
      kind: fc.integer({ min: 1, max: 3 }),
      number: fc.integer({ min: 1, max: 20 }),
      taps,
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      does: fc.constant("buy" as const),
      who: place,
      by: fc.constantFrom("weixin" as const, "apple" as const),
      pack: fc.constantFrom("gold_60" as const, "gold_300" as const),
      notices: taps,
    }),
  },
  { weight: 1, arbitrary: fc.record({ does: fc.constant("steal a receipt" as const), who: place, of: which }) },
  {
    weight: 2,
    arbitrary: fc.record({
      does: fc.constant("get for nothing" as const),
      who: place,
      diamonds: fc.integer({ min: 1, max: 200 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      does: fc.constant("exchange" as const),
      who: place,
      diamonds: fc.constantFrom(10 as const, 100 as const),
      taps,
    }),
  },
  { weight: 2, arbitrary: fc.record({ does: fc.constant("refund" as const), who: place, which, notices: taps }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant("reverse a refund" as const), which }) },
  {
    weight: 4,
    arbitrary: fc.record({
      does: fc.constant("withdraw" as const),
      who: place,
      yuan: fc.integer({ min: 1, max: 4 }),
      taps,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      does: fc.constant("decide" as const),
      which,
      how: fc.constantFrom("approve" as const, "reject" as const),
    }),
  },
  { weight: 1, arbitrary: fc.record({ does: fc.constant("ban" as const), who: place, minutes: fc.nat({ max: 20 }) }) },
)

/** What happens at once, and how many hours then pass. */
const hour = fc.record({
  deeds: fc.array(deed, { minLength: 3, maxLength: 10, size: "max" }),
  hours: fc.constantFrom(0, 1, 1, 20, 73),
})

test("whatever accomplices do at once, no unit is made, lost or doubled, and only what was paid for can leave", async () => {
  const happened: Town["done"] = { gifts: 0, exchanges: 0, withdrawals: 0, purchases: 0, refunds: 0 }
  await fc.assert(
    fc.asyncProperty(fc.array(hour, { minLength: 8, maxLength: 14, size: "max" }), async (story) => {
      await town.settle(4)
      for (let who = 0; who < 4; who++) await town.try({ does: "buy", who, by: "apple", pack: "gold_300", notices: 1 })
      for (const { deeds, hours } of story) {
        await Promise.all(deeds.map((one) => town.try(one)))
        town.market.app.pass((hours * day) / 24)
        const { out, paidFor } = await town.outAndIn()
        expect(out).toBeLessThanOrEqual(paidFor)
      }
      expect(await town.recorded()).toEqual(town.done)
      const report = await auditLedger(town.app)
      expect(report.findings.filter(({ differences }) => differences > 0)).toEqual([])
      for (const name of Object.keys(happened) as (keyof typeof happened)[]) happened[name] += town.done[name]
    }),
    { numRuns: towns, endOnFailure: process.env["SHRINK"] !== "1" },
  )
  // A town in which nothing works proves nothing.
  expect(happened.gifts).toBeGreaterThan(5 * towns)
  for (const times of Object.values(happened)) expect(times).toBeGreaterThan(0)
}, 600_000)
