import type { Hls } from "./hls.ts"
import { playlistFile, variantFile } from "./playlist.ts"

/**
 * Answers a viewer's request for a file of a room's live stream; whether the viewer may see it is settled before.
 *
 * @param keyQuery the part of the viewer's query, without a question mark, that every address in the playlists is to
 * repeat
 * @returns undefined when there is no such stream or no such file
 */
export async function hlsAnswer(
  hls: Hls,
  roomId: number,
  file: string,
  keyQuery: string,
): Promise<Response | undefined> {
  if (file !== playlistFile && file !== variantFile) {
    const blob = hls.find(roomId)?.window.file(file)
    return blob && new Response(blob, { headers: mediaHeaders })
  }
  const stream = hls.watch(roomId)
  if (!stream) return undefined
  if (stream === "full" || !(await stream.ready())) {
    return new Response(undefined, { status: 503, headers: { ...openHeaders, "retry-after": "2" } })
  }
  const query = playlistQuery(keyQuery)
  const { window } = stream
  return playlistResponse(file === playlistFile ? window.multivariant(query) : window.playlist(query))
}

export const openHeaders = { "access-control-allow-origin": "*" }

/** A file of that name never changes. */
export const mediaHeaders = {
  ...openHeaders,
  "content-type": "video/mp4",
  "cache-control": "public, max-age=31536000, immutable",
}

export const playlistResponse = (text: string): Response =>
  new Response(text, {
    headers: { ...openHeaders, "content-type": "application/vnd.apple.mpegurl", "cache-control": "no-cache" },
  })

/** What stands in a playlist as it came must not end a line or an attribute in it. */
export const playlistQuery = (query: string): string =>
  query.replace(/[^\w.~%&=+-]/g, (character) => encodeURIComponent(character))
