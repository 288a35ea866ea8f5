import { refuse } from "../refusal.ts"

/**
 * Makes sure that a list is asked for by one thing at a time: each has an index of its own, two together have none.
 *
 * @throws {Refusal} `input.invalid`, naming the second
 */
export function assertOneFilter(given: Record<string, unknown>): void {
  const [first, second] = Object.keys(given).filter((name) => given[name] !== undefined)
  if (second !== undefined) {
    refuse("input.invalid", { message: `The parameter "${second}" does not go with "${first}".` })
  }
}
