/** The kinds of pictures that are taken, as their content types. */
export type ImageType = "image/jpeg" | "image/png" | "image/gif" | "image/webp" | "image/heic" | "image/avif"

export const imageTypes: ImageType[] = [
  "image/jpeg",
  "image/png",
  "image/gif",
  "image/webp",
  "image/heic",
  "image/avif",
]

/** What is found out about a picture without decoding it. */
export interface Reading {
  width: number
  height: number
  /** The most pixels that any part of it makes a decoder set up. */
  pixels: number
  /** What is kept of it, in order: nothing that a decoder does not need, but how it is to be turned. */
  parts: Uint8Array[]
}

/** Says why something is no picture that can be taken, as the rest of a sentence that begins with "The image". */
export class ImageFault extends Error {
  override readonly name = "ImageFault"
}

/** Segments, chunks, frames or boxes that a file may consist of; an honest one has hundreds. */
const piecesMax = 20_000

/** @throws {ImageFault} for a file that consists of too many pieces to look at */
export function assertFew(pieces: number): void {
  if (pieces > piecesMax) broken("is in too many pieces")
}

export function broken(why: string): never {
  throw new ImageFault(why)
}
