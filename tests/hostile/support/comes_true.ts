import { expect } from "bun:test"

/** A long wait means that it will not come true. */
const patience = 45_000

/** Waits for what must come true by itself soon. */
export async function comesTrue(holds: () => boolean): Promise<void> {
  const deadline = Date.now() + patience
  while (!holds() && Date.now() < deadline) await Bun.sleep(5)
  expect(holds()).toBe(true)
}
