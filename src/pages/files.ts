import { promisify } from "node:util"
import { gzip } from "node:zlib"
import { built } from "./built.ts"
import { bundlePage, type Page, type PageFile } from "./bundle.ts"

/** A file as it is sent. */
export interface ServedFile extends PageFile {
  etag: string
  /** Its name changes with its content, so it can be kept for ever. */
  isHashed: boolean
  gzipped: Uint8Array<ArrayBuffer>
}

const compress = promisify(gzip)
const served = new Map<string, Promise<Map<string, ServedFile>>>()

/**
 * A page's files by name, made on the first call: a server that nobody opens the page of pays nothing for it.
 *
 * @throws {AggregateError} when the page cannot be bundled; the next call tries again
 */
export function pageFiles(page: Page): Promise<Map<string, ServedFile>> {
  const known = served.get(page.name)
  if (known) return known
  const files = prepare(page).catch((error) => {
    served.delete(page.name)
    throw error
  })
  served.set(page.name, files)
  return files
}

async function prepare(page: Page): Promise<Map<string, ServedFile>> {
  const files = built[page.name] ?? (await bundlePage(page))
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
