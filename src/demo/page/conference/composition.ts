import { startClock } from "./clock.ts"
import { cellsOf } from "./layout.ts"
import { mixSounds } from "./mix.ts"
import { paintCell } from "./paint.ts"

/** One person on stage, as the audience sees them. */
export interface Picture {
  name: string
  stream: MediaStream | undefined
  isCameraOn: boolean
}

/** A whole stage in one picture and one sound. */
export interface Composition {
  readonly stream: MediaStream
  /** Who is to be seen and heard from now on, in this order. */
  show(pictures: Picture[]): void
  close(): void
}

/** Pictures a second. */
const rate = 20
const ground = "#0d0f15"

/** Paints everybody side by side and mixes what they say; goes on while nobody looks at the page. */
export function compose(width: number, height: number): Composition {
  const canvas = document.createElement("canvas")
  Object.assign(canvas, { width, height })
  const context = canvas.getContext("2d", { alpha: false })
  const mix = mixSounds()
  const screens = new Map<MediaStream, HTMLVideoElement>()
  let shown: Picture[] = []

  function paint() {
    if (!context) return
    context.fillStyle = ground
    context.fillRect(0, 0, width, height)
    const cells = cellsOf(shown.length, width, height)
    shown.forEach(({ name, stream, isCameraOn }, at) => {
      const cell = cells[at]
      if (cell) paintCell(context, cell, name, isCameraOn && stream ? screens.get(stream) : undefined)
    })
  }

  const stopClock = startClock(1_000 / rate, paint)
  const stream = new MediaStream([...canvas.captureStream(rate).getVideoTracks(), ...mix.stream.getAudioTracks()])
  return {
    stream,
    show(pictures) {
      shown = pictures
      const streams = new Set(pictures.flatMap((picture) => picture.stream ?? []))
      for (const one of streams) if (!screens.has(one)) screens.set(one, screenFor(one))
      for (const [one, screen] of screens) {
        if (streams.has(one)) continue
        screen.srcObject = null
        screens.delete(one)
      }
      mix.take([...streams])
    },
    close() {
      stopClock()
      for (const screen of screens.values()) screen.srcObject = null
      for (const track of stream.getTracks()) track.stop()
      mix.close()
    },
  }
}

/** What a stream is drawn from; a browser gives others' sound to a mix only while it is played, be it silently. */
function screenFor(stream: MediaStream): HTMLVideoElement {
  const screen = document.createElement("video")
  Object.assign(screen, { muted: true, playsInline: true, autoplay: true, srcObject: stream })
  void screen.play().catch(() => {})
  return screen
}
