import type { Frame } from "./bus.ts"

/** Words for one person or for everybody; further keys may say what they are about. */
export const noticeFrame = (notice: string, about: Record<string, unknown> = {}): Frame => ({
  mtype: 6,
  notice,
  ...about,
})

/** Words for who broke the rules. */
export const violationFrame = (notice: string): Frame => ({ mtype: 7, notice })
