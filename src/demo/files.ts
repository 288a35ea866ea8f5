import { promisify } from "node:util"
import { gzip } from "node:zlib"
import { built } from "./built.ts"
import { bundlePage, type PageFile } from "./bundle.ts"

/** A file as it is sent. */
export interface ServedFile extends PageFile {
  etag: string
  /** Its name changes with its content, so it can be kept for ever. */
  isHashed: boolean
  gzipped: Uint8Array<ArrayBuffer>
}

const compress = promisify(gzip)
let served: Promise<Map<string, ServedFile>> | undefined

/**
 * The page's files by name, made on the first call: a server that nobody opens the page of pays nothing for it.
 *
 * @throws {AggregateError} when the page cannot be bundled; the next call tries again
 */
export function pageFiles(): Promise<Map<string, ServedFile>> {
  served ??= prepare().catch((error) => {
    served = undefined
    throw error
  })
  return served
}

async function prepare(): Promise<Map<string, ServedFile>> {
  const files = built ?? (await bundlePage())
  const ready = files.map(
    async (file): Promise<[string, ServedFile]> => [
      file.name,
      {
        ...file,
        etag: `W/"${Bun.hash(file.text).toString(36)}"`,
        isHashed: /-[0-9a-z]{8}\.\w+$/.test(file.name),
        gzipped: new Uint8Array(await compress(file.text)),
      },
    ],
  )
  return new Map(await Promise.all(ready))
}
