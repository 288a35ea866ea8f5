import { rename, rm } from "node:fs/promises"
import type { Log } from "../log.ts"
import type { RoomBuffer } from "./replay.ts"

/** Puts the rooms' replay buffers aside over a graceful restart; renamed into place, so never half there. */
export async function keepBuffers(path: string, buffers: RoomBuffer[]): Promise<void> {
  await Bun.write(`${path}.new`, JSON.stringify(buffers))
  await rename(`${path}.new`, path)
}

/** Takes what was put aside, once: after a crash nothing is there, and the rooms begin a new epoch. */
export async function takeBuffers(path: string, log: Log): Promise<RoomBuffer[]> {
  const file = Bun.file(path)
  if (!(await file.exists())) return []
  try {
    return await file.json()
  } catch (error) {
    log.warn("replay buffers are unreadable and were dropped", { error })
    return []
  } finally {
    await rm(path, { force: true })
  }
}
