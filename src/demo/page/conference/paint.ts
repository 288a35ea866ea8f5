import { hueOf, initialOf } from "../parts/avatar.tsx"
import { type Box, cropOf } from "./layout.ts"

/** Paints one person: what their camera shows, or their initial, and their name. */
export function paintCell(
  context: CanvasRenderingContext2D,
  cell: Box,
  name: string,
  video: HTMLVideoElement | undefined,
): void {
  const { x, y, width, height } = cell
  context.save()
  context.beginPath()
  context.rect(x, y, width, height)
  context.clip()
  if (video && video.videoWidth > 0) {
    const crop = cropOf({ width: video.videoWidth, height: video.videoHeight }, cell)
    context.drawImage(video, crop.x, crop.y, crop.width, crop.height, x, y, width, height)
  } else {
    paintInitial(context, cell, name)
  }
  paintName(context, cell, name)
  context.restore()
}

function paintInitial(context: CanvasRenderingContext2D, { x, y, width, height }: Box, name: string) {
  context.fillStyle = `hsl(${hueOf(name)} 45% 22%)`
  context.fillRect(x, y, width, height)
  write(context, initialOf(name), height / 3, "center", x + width / 2, y + height / 2)
}

function paintName(context: CanvasRenderingContext2D, { x, y, width, height }: Box, name: string) {
  const size = Math.max(13, height / 18)
  context.shadowColor = "#000"
  context.shadowBlur = size / 3
  write(context, name, size, "left", x + size * 0.8, y + height - size * 1.1, width - size * 1.6)
}

function write(
  context: CanvasRenderingContext2D,
  text: string,
  size: number,
  align: CanvasTextAlign,
  x: number,
  y: number,
  widthMost?: number,
) {
  Object.assign(context, { font: `600 ${size}px system-ui, sans-serif`, textAlign: align, textBaseline: "middle" })
  context.fillStyle = "#fff"
  context.fillText(text, x, y, widthMost)
}
