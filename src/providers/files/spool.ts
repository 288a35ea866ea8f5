import { createHash } from "node:crypto"
import { open } from "node:fs/promises"
import { crc32 } from "node:zlib"
import { arriving, Incomplete, TooLong } from "./arrival.ts"
import { createEtag } from "./etag.ts"

/** What was written of a file. */
export interface Spooled {
  bytes: number
  crc32: number
  /** CRC-32 of what stood there before and this together, where that of the former was given. */
  crc32Whole: number
  /** In hex. */
  md5: string
  etag: string
}

/** Where to go on in a file that is there. */
export interface Before {
  bytes: number
  crc32: number
}

export interface Spool extends AsyncDisposable {
  /** @throws {TooLong} */
  add(bytes: Uint8Array): Promise<void>
  end(): Spooled
}

/**
 * Writes a file as its bytes come.
 *
 * @param most the bytes it may come to, without those that stand before
 */
export async function openSpool(path: string, most: number, before?: Before): Promise<Spool> {
  const file = await open(path, before ? "r+" : "wx", 0o600)
  const md5 = createHash("md5")
  const etag = createEtag()
  let bytes = 0
  let crc = 0
  let crcWhole = before?.crc32 ?? 0
  return {
    async add(some) {
      const at = (before?.bytes ?? 0) + bytes
      bytes += some.length
      if (bytes > most) throw new TooLong()
      crc = crc32(some, crc)
      crcWhole = crc32(some, crcWhole)
      md5.update(some)
      etag.add(some)
      for (let written = 0; written < some.length; ) {
        written += (await file.write(some, written, some.length - written, at + written)).bytesWritten
      }
    },
    end: () => ({ bytes, crc32: crc, crc32Whole: crcWhole, md5: md5.digest("hex"), etag: etag.end() }),
    [Symbol.asyncDispose]: () => file.close(),
  }
}

/** The same for a request's whole body. @throws {TooLong} {@link Incomplete} */
export async function spoolBody(request: Request, path: string, most: number, before?: Before): Promise<Spooled> {
  const declared = declaredLength(request)
  if (declared !== undefined && declared > most) throw new TooLong()
  await using spool = await openSpool(path, most, before)
  for await (const chunk of arriving(request.body, most)) await spool.add(chunk)
  const spooled = spool.end()
  if (declared !== undefined && declared !== spooled.bytes) throw new Incomplete()
  return spooled
}

/** What a request says its body is long, in bytes. */
function declaredLength(request: Request): number | undefined {
  const header = request.headers.get("content-length")
  return header === null ? undefined : Number(header)
}
