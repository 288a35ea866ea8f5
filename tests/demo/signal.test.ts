import { expect, test } from "bun:test"
import { readSignal } from "../../src/demo/page/conference/signal.ts"

test("what those on stage say to each other is read as it is, and nothing else is taken for it", () => {
  const from = { session: "1-2" }
  const to = { ...from, to: "3-4" }
  const description = { type: "offer", sdp: "v=0\r\n" } as const
  expect(readSignal({ type: "bye" })).toEqual({ type: "bye" })
  expect(readSignal({ type: "hello", ...from, camera: false })).toEqual({
    type: "hello",
    ...from,
    mic: true,
    camera: false,
  })
  expect(readSignal({ type: "description", ...to, description, more: 1 })).toEqual({
    type: "description",
    ...to,
    description,
  })
  const candidates = [{ candidate: "candidate:1", sdpMid: "0" }]
  expect(readSignal({ type: "candidates", ...to, candidates })).toEqual({ type: "candidates", ...to, candidates })
  const strange: unknown[] = [
    undefined,
    null,
    "hello",
    [],
    { type: "hello" },
    { type: "hello", session: 1 },
    { type: "hello", session: "x".repeat(65) },
    { type: "description", ...from, description },
    { type: "description", ...to, description: { type: "rollback", sdp: "" } },
    { type: "description", ...to, description: { type: "answer" } },
    { type: "candidates", ...to, candidates: "all" },
    { type: "candidates", ...to, candidates: Array.from({ length: 65 }, () => ({})) },
    { type: "dance", ...to },
  ]
  for (const one of strange) expect(readSignal(one)).toBeUndefined()
})
