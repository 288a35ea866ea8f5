import { statfs } from "node:fs/promises"

const mebibyte = 1024 * 1024
/** Left free on every disk, in bytes: a server beside has to go on. */
const reserve = 512 * mebibyte

/**
 * @returns how much may be written on top of so many bytes
 * @throws when a disk has no room for them
 */
export async function assertRoom(folder: string, bytes: number): Promise<number> {
  const { bavail, bsize } = await statfs(folder)
  const free = bavail * bsize
  if (free >= bytes + reserve) return free - bytes - reserve / 2
  const [needed, there] = [bytes + reserve, free].map((some) => Math.ceil(some / mebibyte))
  throw new Error(`There is no room in ${folder}: ${needed} MiB are needed and ${there} are free.`)
}
