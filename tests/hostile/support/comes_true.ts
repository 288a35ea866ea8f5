import { expect } from "bun:test"

/** Waits for what must come true by itself soon. @param patience in milliseconds */
export async function comesTrue(holds: () => boolean, patience = 5_000): Promise<void> {
  const deadline = Date.now() + patience
  while (!holds() && Date.now() < deadline) await Bun.sleep(5)
  expect(holds()).toBe(true)
}
