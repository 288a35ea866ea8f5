import { FlvError, type FlvTag, FlvTagReader } from "../../../src/video/flv/tag_reader.ts"

/** The tags that fill the bytes exactly; undefined when they do not. */
export function tagsIn(bytes: Uint8Array): FlvTag[] | undefined {
  const reader = new FlvTagReader(2 ** 24)
  try {
    const tags = reader.take(bytes)
    return reader.waiting === 0 ? tags : undefined
  } catch (error) {
    if (error instanceof FlvError) return undefined
    throw error
  }
}
