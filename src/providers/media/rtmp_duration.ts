import { type FileHandle, open } from "node:fs/promises"

/** Boxes looked at before an MP4 file is given up; a finished one has a handful. */
const boxesMost = 64

/**
 * How long an FLV or MP4 file plays, in seconds. A few bytes are read, however long it is.
 *
 * @returns undefined for a file of another kind and for one without any frame; 0 for one whose end is broken
 * @throws when it cannot be read
 */
export async function secondsOf(path: string): Promise<number | undefined> {
  await using file = await open(path)
  const { size } = await file.stat()
  const start = await bytesAt(file, 0, 8)
  if (start?.toString("latin1", 0, 3) === "FLV") return await flvSeconds(file, size)
  if (start?.toString("latin1", 4) === "ftyp") return await mp4Seconds(file, size)
  return undefined
}

/** Undefined when the file does not have them. */
async function bytesAt(file: FileHandle, position: number, length: number): Promise<Buffer | undefined> {
  if (position < 0) return undefined
  const { bytesRead, buffer } = await file.read(Buffer.alloc(length), 0, length, position)
  return bytesRead === length ? buffer : undefined
}

/** From the first tag's time to the last one's, which the file's last four bytes lead to. */
async function flvSeconds(file: FileHandle, size: number): Promise<number | undefined> {
  const header = await bytesAt(file, 0, 9)
  const first = header && (await flvTime(file, header.readUInt32BE(5) + 4))
  const length = (await bytesAt(file, size - 4, 4))?.readUInt32BE()
  const last = length && (await flvTime(file, size - 4 - length, length))
  if (first === undefined) return undefined
  return Math.max(0, ((last ?? first) - first) / 1_000)
}

/** The time of a tag in milliseconds; undefined where none (of that length) begins. */
async function flvTime(file: FileHandle, position: number, length?: number): Promise<number | undefined> {
  const tag = await bytesAt(file, position, 11)
  if (!tag || ![8, 9, 18].includes(tag.readUInt8())) return undefined
  if (length !== undefined && tag.readUIntBE(1, 3) + 11 !== length) return undefined
  // The highest byte comes last.
  return tag.readUInt8(7) * 2 ** 24 + tag.readUIntBE(4, 3)
}

/** What the movie's header says. */
async function mp4Seconds(file: FileHandle, size: number): Promise<number | undefined> {
  const movie = await findBox(file, "moov", 0, size)
  const header = movie && (await findBox(file, "mvhd", movie.start, movie.end))
  const bytes = header && (await bytesAt(file, header.start, 32))
  if (!bytes) return 0
  const isLong = bytes.readUInt8() === 1
  const scale = bytes.readUInt32BE(isLong ? 20 : 12)
  const duration = isLong ? Number(bytes.readBigUInt64BE(24)) : bytes.readUInt32BE(16)
  return scale > 0 ? duration / scale : 0
}

/** Where a box's content is. */
async function findBox(file: FileHandle, type: string, start: number, end: number) {
  let position = start
  for (let count = 0; count < boxesMost && position < end; count++) {
    const short = await bytesAt(file, position, 8)
    if (!short) return undefined
    const long = short.readUInt32BE() === 1 ? await bytesAt(file, position + 8, 8) : undefined
    const length = long ? Number(long.readBigUInt64BE()) : short.readUInt32BE() || end - position
    const head = long ? 16 : 8
    if (length < head || position + length > end) return undefined
    if (short.toString("latin1", 4) === type) return { start: position + head, end: position + length }
    position += length
  }
  return undefined
}
