import { exactly, house, usersOwn } from "./cause.ts"
import { type Check, zeroIf } from "./check.ts"

const legs = exactly({
  cause: "gift",
  table: "gifts",
  noun: "gift",
  legs: [
    {
      name: "diamond bonus",
      currency: "diamond",
      amount: "source.diamonds - source.bought",
      from: usersOwn("diamondBonus", "source.giver_id"),
      to: house("revenue"),
    },
    {
      name: "diamond",
      currency: "diamond",
      amount: "source.bought",
      from: usersOwn("diamond", "source.giver_id"),
      to: house("revenue"),
    },
    {
      name: "rice bonus",
      currency: "rice",
      amount: "source.rice - source.bought_rice",
      from: house("issued"),
      to: usersOwn("riceBonus", "source.receiver_id"),
    },
    {
      name: "rice",
      currency: "rice",
      amount: "source.bought_rice",
      from: house("issued"),
      to: usersOwn("rice", "source.receiver_id"),
    },
  ],
})

/** The rate of a gift is not kept, but both kinds of its rice must have been made at the same whole one. */
const rate = "(rice / nullif(diamonds, 0))"

const addUp: Check = {
  name: "gifts make as much rice as they cost, bought of bought",
  lines: `
    select id as gift, diamonds, bought, rice, bought_rice, taken_back, ${zeroIf(`
      bought between 0 and diamonds and taken_back between 0 and bought
      and (diamonds = 0 and rice = 0 and bought_rice = 0
        or rice >= diamonds and rice = diamonds * ${rate} and bought_rice = bought * ${rate})`)} as wrong
    from gifts`,
}

export const giftChecks: Check[] = [addUp, ...legs]
