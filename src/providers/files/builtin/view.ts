import { readRange } from "../../../storage/range.ts"
import { openHeaders } from "./reply.ts"

/**
 * A picture's headers. Whatever else its bytes may be taken for, they are a picture to every browser, and a page that shows
 * them alone can do nothing. A name never has other bytes, so they may be kept for a year.
 */
const headersOf = (type: string, tag: string) => ({
  ...openHeaders,
  "Content-Type": type,
  "Cache-Control": "public, max-age=31536000, immutable",
  ETag: tag,
  "Accept-Ranges": "bytes",
  "X-Content-Type-Options": "nosniff",
  "Content-Security-Policy": "default-src 'none'; sandbox",
  "Cross-Origin-Resource-Policy": "cross-origin",
})

/** Answers a request for a picture: it, a part of it, or that it is as it was (RFC 9110). */
export function viewResponse(path: string, content: string, type: string, { headers: asked }: Request): Response {
  const file = Bun.file(path)
  const tag = `"${content}"`
  const headers = headersOf(type, tag)
  if (isKnown(asked.get("if-none-match"), tag)) return new Response(null, { status: 304, headers })
  const isSame = [null, tag].includes(asked.get("if-range"))
  const range = isSame ? readRange(asked.get("range"), file.size) : undefined
  if (range === undefined) return new Response(file, { headers })
  if (range === "none") {
    return new Response(null, { status: 416, headers: { ...headers, "Content-Range": `bytes */${file.size}` } })
  }
  const contentRange = `bytes ${range.start}-${range.end - 1}/${file.size}`
  return new Response(file.slice(range.start, range.end), {
    status: 206,
    headers: { ...headers, "Content-Range": contentRange },
  })
}

const isKnown = (asked: string | null, tag: string): boolean =>
  asked?.split(",").some((one) => ["*", tag, `W/${tag}`].includes(one.trim())) ?? false
