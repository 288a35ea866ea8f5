import { join } from "node:path"
import { readRange } from "../../storage/range.ts"
import { mediaHeaders, openHeaders, playlistQuery, playlistResponse } from "../hls/answer.ts"
import { playlistFile, variantFile, withKey } from "../hls/playlist.ts"

/** The files of a recording's folder that viewers may have; no name of another form is looked for. */
const mediaPattern = /^(init-[0-9a-f]{16}\.mp4|seg-[1-9]\d{0,9}\.m4s|recording(-\d)?\.mp4)$/
const keyPattern = /^[1-9]\d{0,15}$/

/**
 * Answers a viewer's request for a file of a recording: its playlist, a segment, or a part of its MP4 file. Whether the
 * viewer may see it is settled before.
 *
 * @param dir where the recordings are
 * @param keyQuery the part of the viewer's query, without a question mark, that every address in the playlists is to
 * repeat
 * @returns undefined when there is no such recording or no such file in it
 */
export async function replayAnswer(
  dir: string,
  key: string,
  file: string,
  keyQuery: string,
  request: Request,
): Promise<Response | undefined> {
  const isPlaylist = file === playlistFile || file === variantFile
  if (!keyPattern.test(key) || !(isPlaylist || mediaPattern.test(file))) return undefined
  const content = Bun.file(join(dir, key, file))
  if (!(await content.exists())) return undefined
  if (isPlaylist) return playlistResponse(withKey(await content.text(), playlistQuery(keyQuery)))
  return mediaAnswer(content, request)
}

function mediaAnswer(content: Bun.BunFile, { headers: asked }: Request): Response {
  const { size, lastModified } = content
  const tag = `"${size.toString(16)}-${lastModified.toString(16)}"`
  const headers = { ...mediaHeaders, etag: tag, "accept-ranges": "bytes" }
  if (isKnown(asked.get("if-none-match"), tag)) return new Response(undefined, { status: 304, headers })
  const isSame = [null, tag].includes(asked.get("if-range"))
  const range = isSame ? readRange(asked.get("range"), size) : undefined
  if (range === undefined) return new Response(content, { headers })
  if (range === "none") {
    return new Response(undefined, { status: 416, headers: { ...openHeaders, "content-range": `bytes */${size}` } })
  }
  return new Response(content.slice(range.start, range.end), {
    status: 206,
    headers: { ...headers, "content-range": `bytes ${range.start}-${range.end - 1}/${size}` },
  })
}

const isKnown = (asked: string | null, tag: string): boolean =>
  asked?.split(",").some((one) => ["*", tag, `W/${tag}`].includes(one.trim())) ?? false
