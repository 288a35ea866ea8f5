import { rename, rm } from "node:fs/promises"
import type { Log } from "../log.ts"
import type { RoomBuffer } from "./replay.ts"

/**
 * Puts the rooms' replay buffers aside over a graceful restart; renamed into place, so never half there. A disk that is full
 * costs the readers a gap, not the server its graceful stop.
 */
export async function keepBuffers(path: string, buffers: RoomBuffer[], log: Log): Promise<void> {
  try {
    await Bun.write(`${path}.new`, JSON.stringify(buffers))
    await rename(`${path}.new`, path)
  } catch (error) {
    log.error("replay buffers could not be kept", { error })
  }
}

/** Takes what was put aside, once: after a crash nothing is there, and the rooms begin a new epoch. */
export async function takeBuffers(path: string, log: Log): Promise<RoomBuffer[]> {
  const file = Bun.file(path)
  if (!(await file.exists())) return []
  try {
    const buffers: unknown = await file.json()
    if (!Array.isArray(buffers)) throw new Error("not a list of buffers")
    return buffers
  } catch (error) {
    log.warn("replay buffers are unreadable and were dropped", { error })
    return []
  } finally {
    await rm(path, { force: true })
  }
}
