/** The forms a stream comes in. */
export type Way = "ws-flv" | "http-flv" | "hls"

/** What a stream's player says of itself. */
export interface Reading {
  /** Seconds that are here and not yet shown. */
  buffer: number
  /** Seconds behind the newest picture there is, where the form tells. */
  delay: number | undefined
}

/** A stream being played in a video element. */
export interface Playback {
  read(): Reading
  stop(): void
}

/** Why a stream does not play: it is not there, or not now; or it never can be here. */
export type Failure = "absent" | "unplayable"

export interface Attempt {
  video: HTMLVideoElement
  address: string
  /** Called once at most; the stream has been let go of then. */
  failed(why: Failure): void
}

/** Begins to play at once. Made ahead, since it takes the library of its way. */
export type Play = (attempt: Attempt) => Playback

/** Seconds that `video` holds ahead of what it shows. */
export function bufferOf(video: HTMLVideoElement): number {
  const { buffered, currentTime } = video
  for (let at = 0; at < buffered.length; at += 1) {
    if (buffered.start(at) <= currentTime + 0.1 && currentTime <= buffered.end(at))
      return buffered.end(at) - currentTime
  }
  return 0
}

/** Whether this browser can be handed a stream piece by piece. */
export const takesPieces = (): boolean => typeof MediaSource !== "undefined" || "ManagedMediaSource" in globalThis

/** The ways that work here, the one with the least delay first. */
export const waysHere = (): Way[] => (takesPieces() ? ["ws-flv", "http-flv", "hls"] : ["hls"])
