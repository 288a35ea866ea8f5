import { createHash, type Hash } from "node:crypto"
import { type ByteSource, byteSource } from "./byte_source.ts"
import { isKeptPath, type Manifest, manifestFile, sealFile, sumLine, sumsFile } from "./contents.ts"
import { blockBytes, padding, readHeader, type TarEntry, trailer } from "./tar.ts"
import { Unusable } from "./unusable.ts"

/** The longest manifest, in bytes. */
const manifestMax = 1024 * 1024

/** Takes the files of an archive one after the other. None of it is proven before the end. */
export interface Taker {
  /** Called once, first. @throws to take none of it */
  begin?(manifest: Manifest): Promise<void>
  /** @returns where the content goes */
  file?(entry: TarEntry): Promise<AsyncDisposable & { write(bytes: Uint8Array): Promise<unknown> }>
}

/**
 * Reads an archive to its end.
 *
 * @returns its manifest, once every byte is proven to be what was written
 * @throws {Unusable} when it is cut off, altered, or none that this program has made
 */
export async function unseal(chunks: AsyncIterable<Uint8Array>, taker: Taker = {}): Promise<Manifest> {
  const whole = createHash("sha256")
  const sums = createHash("sha256")
  const source = byteSource(chunks, (bytes) => whole.update(bytes))
  const manifest = await takeManifest(source, sums)
  await taker.begin?.(manifest)
  const found = { files: 0, bytes: 0 }
  let entry = readHeader(await source.exactly(blockBytes))
  for (; entry.path !== sumsFile; entry = readHeader(await source.exactly(blockBytes))) {
    if (!isKeptPath(entry.path)) throw new Unusable(`holds ${JSON.stringify(entry.path)}, which no backup of Mili does`)
    if (found.bytes + entry.bytes > bytesIn(manifest)) throw new Unusable("contradicts itself")
    sums.update(sumLine(await takeContent(source, entry, taker.file), entry.path))
    found.files += 1
    found.bytes += entry.bytes
  }
  const listed = await takeContent(source, entry)
  const seal = whole.copy().digest("hex")
  await takeSeal(source, seal)
  if (listed !== sums.digest("hex") || !fits(manifest, found)) throw new Unusable("contradicts itself")
  return manifest
}

async function takeManifest(source: ByteSource, sums: Hash): Promise<Manifest> {
  const { path, bytes } = readHeader(await source.exactly(blockBytes))
  if (path !== manifestFile || bytes > manifestMax) throw new Unusable("is no backup of Mili")
  const text = await source.exactly(bytes)
  await source.exactly(padding(bytes))
  sums.update(sumLine(createHash("sha256").update(text).digest("hex"), path))
  return readManifest(text.toString())
}

/** @returns the content's SHA-256 in hex */
async function takeContent(source: ByteSource, entry: TarEntry, into?: Taker["file"]): Promise<string> {
  const hash = createHash("sha256")
  await using target = await into?.(entry)
  for (let left = entry.bytes; left > 0; ) {
    const bytes = await source.some(left)
    left -= bytes.length
    hash.update(bytes)
    await target?.write(bytes)
  }
  await source.exactly(padding(entry.bytes))
  return hash.digest("hex")
}

async function takeSeal(source: ByteSource, wanted: string): Promise<void> {
  const { path, bytes } = readHeader(await source.exactly(blockBytes))
  const text = `${wanted}\n`
  if (path !== sealFile || bytes !== text.length) throw new Unusable("is damaged: it is not sealed")
  const end = await source.exactly(bytes + padding(bytes) + trailer.length)
  if (!(await source.isOver())) throw new Unusable("is damaged: something stands behind its end")
  const isSealed = end.toString("latin1", 0, bytes) === text && end.subarray(bytes).every((byte) => byte === 0)
  if (!isSealed) throw new Unusable("is damaged: it is not what was written")
}

function readManifest(text: string): Manifest {
  const manifest = parse(text)
  if (manifest?.format !== 1) throw new Unusable("is of a newer program than this, or damaged")
  const { database, pictures, recordings } = manifest
  const sums = [database?.bytes, pictures?.bytes, pictures?.count, recordings?.bytes ?? 0, recordings?.count ?? 0]
  if (!sums.every(Number.isSafeInteger) || !Array.isArray(database.migrations)) throw new Unusable("contradicts itself")
  return manifest
}

function parse(text: string): Manifest | undefined {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const bytesIn = ({ database, pictures, recordings }: Manifest) =>
  database.bytes + pictures.bytes + (recordings?.bytes ?? 0)

const fits = (manifest: Manifest, found: { files: number; bytes: number }) =>
  found.files === 1 + manifest.pictures.count + (manifest.recordings?.count ?? 0) && found.bytes === bytesIn(manifest)
