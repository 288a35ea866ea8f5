import { statfs } from "node:fs/promises"

const mebibyte = 1024 * 1024
/** Left free on every disk, in bytes: a server beside has to go on. */
const reserve = 512 * mebibyte

/** @throws when a disk has no room for so many bytes */
export async function assertRoom(folder: string, bytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder)
  if (bavail * bsize >= bytes + reserve) return
  const [needed, free] = [bytes + reserve, bavail * bsize].map((some) => Math.ceil(some / mebibyte))
  throw new Error(`There is no room in ${folder}: ${needed} MiB are needed and ${free} are free.`)
}
