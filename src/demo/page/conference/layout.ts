/** A rectangle in pixels. */
export interface Box {
  x: number
  y: number
  width: number
  height: number
}

/** Between two pictures, in pixels. */
const gap = 4

/** Where each of so many pictures stands in one: rows as alike as can be, the last one in the middle where it is shorter. */
export function cellsOf(count: number, width: number, height: number): Box[] {
  const columns = Math.ceil(Math.sqrt(count))
  const rows = Math.ceil(count / columns)
  const cell = { width: (width - gap * (columns - 1)) / columns, height: (height - gap * (rows - 1)) / rows }
  return Array.from({ length: count }, (_, at) => {
    const row = Math.floor(at / columns)
    const inRow = Math.min(columns, count - row * columns)
    const indent = ((columns - inRow) * (cell.width + gap)) / 2
    return { ...cell, x: indent + (at % columns) * (cell.width + gap), y: row * (cell.height + gap) }
  })
}

/** The middle part of a picture that fills a box without being stretched. */
export function cropOf(picture: { width: number; height: number }, box: { width: number; height: number }): Box {
  const scale = Math.max(box.width / picture.width, box.height / picture.height)
  const [width, height] = [box.width / scale, box.height / scale]
  return { x: (picture.width - width) / 2, y: (picture.height - height) / 2, width, height }
}
