import { expect } from "bun:test"

/** Waits for what must come true by itself soon. */
export async function comesTrue(holds: () => boolean): Promise<void> {
  const deadline = Date.now() + 5_000
  while (!holds() && Date.now() < deadline) await Bun.sleep(5)
  expect(holds()).toBe(true)
}
