import { createHash } from "node:crypto"
import { open } from "node:fs/promises"
import { sealFile, sumLine, sumsFile } from "./contents.ts"
import { headerOf, padding, type TarEntry, trailer } from "./tar.ts"

/** Copied at once, and written before the disk is made to take it: a heap of it would delay the server's own syncs. */
const stretch = 1024 * 1024
const syncEvery = 8 * stretch

export interface Sealing extends AsyncDisposable {
  /** @throws when the file has fewer bytes than said; what it has more is left out */
  addFile(entry: TarEntry, from: string): Promise<void>
  addText(path: string, text: string): Promise<void>
  /** Adds the hashes and the seal, and has it all on the disk. @returns the length in bytes */
  end(): Promise<number>
}

/**
 * Writes an archive that can be proven whole: behind the files their hashes, and last the hash of every byte before.
 *
 * @param at milliseconds since 1970, which all its files are dated
 */
export async function openSealing(to: string, at: number): Promise<Sealing> {
  const file = await open(to, "w", 0o600)
  const whole = createHash("sha256")
  let sums = ""
  let length = 0
  let unsynced = 0

  async function put(bytes: Uint8Array): Promise<void> {
    whole.update(bytes)
    for (let written = 0; written < bytes.length; ) {
      written += (await file.write(bytes, written, bytes.length - written, length + written)).bytesWritten
    }
    length += bytes.length
    unsynced += bytes.length
    if (unsynced < syncEvery) return
    unsynced = 0
    await file.datasync()
  }

  async function add(entry: TarEntry, parts: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<void> {
    const hash = createHash("sha256")
    await put(headerOf(entry, at))
    for await (const part of parts) {
      hash.update(part)
      await put(part)
    }
    await put(Buffer.alloc(padding(entry.bytes)))
    sums += sumLine(hash.digest("hex"), entry.path)
  }

  const addText = (path: string, text: string) => add({ path, bytes: Buffer.byteLength(text) }, [Buffer.from(text)])
  return {
    addFile: (entry, from) => add(entry, firstOf(from, entry)),
    addText,
    async end() {
      await addText(sumsFile, sums)
      await addText(sealFile, `${whole.copy().digest("hex")}\n`)
      await put(trailer)
      await file.sync()
      return length
    },
    [Symbol.asyncDispose]: () => file.close(),
  }
}

/** The first bytes of a file, as many as said: it may have grown since. */
async function* firstOf(path: string, { bytes }: TarEntry): AsyncGenerator<Uint8Array> {
  await using file = await open(path, "r")
  const buffer = Buffer.alloc(Math.min(stretch, Math.max(bytes, 1)))
  for (let at = 0; at < bytes; ) {
    const { bytesRead } = await file.read(buffer, 0, Math.min(buffer.length, bytes - at), at)
    if (bytesRead === 0) throw new Error(`${path} became shorter while it was copied.`)
    at += bytesRead
    yield buffer.subarray(0, bytesRead)
  }
}
