import { pushSocketOf } from "../player/address.ts"
import type { Encoding } from "./encoding.ts"
import type { Ending } from "./ending.ts"
import { audioTags, type Tag, videoTags } from "./flv.ts"
import { openUplink } from "./uplink.ts"

/** A stream on its way to the viewers. */
export interface Publication {
  /** Resolves once the server takes it; stays as it is where it never does. */
  readonly begun: Promise<void>
  /** Never rejects. */
  readonly ended: Promise<Ending>
  /** Ends it; the tracks go on. */
  stop(): void
}

/**
 * Publishes a picture, a sound or both to a push address as the server gives it, from this browser: H.264 and AAC, in FLV
 * over a websocket. When the connection breaks it comes back by itself; when it is slow, pictures are left out up to a key
 * frame.
 */
export function publish(stream: MediaStream, address: string): Publication {
  const begun = Promise.withResolvers<void>()
  const ended = Promise.withResolvers<Ending>()
  const tracks = stream.getTracks()
  let encoding: Encoding | undefined
  let isEncoding = false
  const encoded = new Set<Tag["kind"]>()
  let isOver = false

  const uplink = openUplink(pushSocketOf(address, location), {
    opened() {
      begun.resolve()
      if (isEncoding) return
      isEncoding = true
      encode().catch(() => end("unsupported"))
    },
    ended: end,
  })

  /** What encodes is large, and comes when it is needed. */
  async function encode() {
    const { encodeTracks } = await import("./encoding.ts")
    if (isOver) return
    const begunEncoding = await encodeTracks(stream, {
      video: (packet) => sendAll("video", videoTags(packet)),
      audio: (packet) => sendAll("audio", audioTags(packet)),
      failed: (kind) => end(encoded.has(kind) ? "failed" : "unsupported"),
    })
    if (isOver) begunEncoding.stop()
    else encoding = begunEncoding
  }

  function sendAll(kind: Tag["kind"], tags: Tag[]) {
    encoded.add(kind)
    for (const tag of tags) uplink.send(tag)
  }

  const unplugged = () => end("unplugged")

  function end(how: Ending) {
    if (isOver) return
    isOver = true
    for (const track of tracks) track.removeEventListener("ended", unplugged)
    uplink.close()
    encoding?.stop()
    ended.resolve(how)
  }

  for (const track of tracks) track.addEventListener("ended", unplugged)
  return { begun: begun.promise, ended: ended.promise, stop: () => end("stopped") }
}
