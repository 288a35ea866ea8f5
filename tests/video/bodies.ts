/** Tag bodies that are no film, but look like one to whoever reads headers alone. */

const filled = (head: number[], size: number, fill: number) =>
  Uint8Array.from({ length: head.length + size }, (_, at) => head[at] ?? fill)

/** Of AVC; `mark` tells one from another. */
export const videoConfig = (mark = 1) => filled([0x17, 0, 0, 0, 0], 8, mark)
export const keyFrame = (mark = 0, size = 40) => filled([0x17, 1, 0, 0, 0], size, mark)
export const frame = (mark = 0, size = 20, compositionOffset = 0) =>
  filled([0x27, 1, 0, compositionOffset >> 8, compositionOffset & 255], size, mark)

/** Of AAC. */
export const audioConfig = (mark = 1) => filled([0xaf, 0], 2, mark)
export const sound = (mark = 0, size = 10) => filled([0xaf, 1], size, mark)
export const mp3 = (mark = 0) => filled([0x2f], 10, mark)

export const metadata = (mark = 1) => filled([2, 0, 10, ...Buffer.from("onMetaData")], 4, mark)
export const cuePoint = () => filled([2, 0, 10, ...Buffer.from("onCuePoint")], 4, 0)
