import type { Context } from "hono"
import { refuse } from "../refusal.ts"
import type { Wire } from "../wire/context.ts"
import type { Page } from "./bundle.ts"
import { pageFiles, type ServedFile } from "./files.ts"

/**
 * Answers with a file of a page.
 *
 * @param secure headers that say what a browser may do with it
 * @throws {Refusal} `server.no_such_path`
 */
export async function pageFile(
  c: Context<Wire>,
  page: Page,
  name: string,
  secure: Record<string, string>,
): Promise<Response> {
  const file = (await pageFiles(page)).get(name) ?? refuse("server.no_such_path")
  const headers = { ...secure, ...cachingOf(file) }
  if (c.req.header("if-none-match") === file.etag) return new Response(null, { status: 304, headers })
  const isGzipped = /\bgzip\b/.test(c.req.header("accept-encoding") ?? "")
  return new Response(isGzipped ? file.gzipped : file.text, {
    headers: { ...headers, "Content-Type": file.type, ...(isGzipped && { "Content-Encoding": "gzip" }) },
  })
}

const cachingOf = ({ etag, isHashed }: ServedFile) => ({
  ETag: etag,
  Vary: "Accept-Encoding",
  "Cache-Control": isHashed ? "public, max-age=31536000, immutable" : "no-cache",
})
