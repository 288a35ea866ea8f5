import type { ServerWebSocket } from "bun"
import type { StreamRequest } from "../../video/packet.ts"

export type MediaProviderName = "builtin" | "rtmp" | "qiniu" | "ksyun"

/** The addresses under which one stream is watched. */
export interface PlayAddresses {
  rtmp: string
  flv: string
  hls: string
}

/** A finished recording. */
export interface Recording {
  /** The provider's own name of it. */
  key: string
  seconds: number
  /** 0 where the provider keeps it and does not tell. */
  bytes: number
}

/** What a provider asks and tells; what it means for the room is the listener's. */
export interface MediaListener {
  /** Whether a room's host may publish now, and whether it is to be recorded; undefined for a room that is over or unknown. */
  mayPublish(roomId: number): Promise<{ save: boolean } | undefined>
  /** Whether a room is on the air. */
  mayWatch(roomId: number): Promise<boolean>
  /** The host's stream is there. May be told twice. */
  started(roomId: number): Promise<void>
  /** The host's stream is gone. May be told twice. */
  ended(roomId: number): Promise<void>
  /**
   * Whether a room's recording may come to so many bytes.
   *
   * @param underWay what all recordings that have not been told of take, this one included
   */
  mayKeep(roomId: number, bytes: number, underWay: number): Promise<boolean>
  /** A recording can be played. May be told twice, with the same key. */
  recorded(roomId: number, recording: Recording): Promise<void>
}

/** A call that a provider makes to this server. */
export interface MediaCallback {
  method: string
  /** The path and the query of the whole request, byte for byte as they were sent: signatures are over them. */
  target: string
  /** The path below the provider's own, such as `SECRET/publish`. */
  path: string
  query: URLSearchParams
  headers: Headers
  body: Uint8Array
}

/** What answering takes of the server. */
export interface Upgrading {
  upgrade(request: Request, options: { data: FlvCaller }): boolean
  /** Seconds in which something must happen on the request's connection; 0 for no limit. */
  timeout(request: Request, seconds: number): void
}

/** A websocket that wants a stream as FLV, or brings one. */
export interface FlvCaller {
  stream: StreamRequest
  wants: "watch" | "publish"
}

/** The life of such websockets. */
export interface FlvDoor {
  open(socket: ServerWebSocket<FlvCaller>): void
  message(socket: ServerWebSocket<FlvCaller>, message: string | Uint8Array): void
  drain(socket: ServerWebSocket<FlvCaller>): void
  close(socket: ServerWebSocket<FlvCaller>): void
}

/** Carries the video of live rooms. */
export interface MediaProvider {
  readonly name: MediaProviderName
  /** A push address for a room's host alone; it is signed and expires. */
  pushAddress(roomId: number): string
  /** The addresses viewers pull from; they are signed and expire. */
  playAddresses(roomId: number): PlayAddresses
  /** Where a recording is played: an HLS playlist. */
  replayAddress(recording: Pick<Recording, "key">): string
  /** Whether the host's stream is there now. @throws when the provider does not answer */
  isStreaming(roomId: number): Promise<boolean>
  /** Keeps what is published in a room from now on, if anything is. */
  record?(roomId: number): void
  /**
   * Cuts the host and the viewers of a room that is over, as far as this process carries them: at once, while `close` may
   * wait in line behind providers that do not answer.
   */
  cut?(roomId: number): void
  /**
   * Cuts the host and the viewers of a room that is over, and brings its recording to an end: the listener hears of it when
   * it can be played. May be called twice. Times are milliseconds since 1970.
   *
   * @throws when the provider does not answer; the caller comes again
   */
  close(
    roomId: number,
    room: { save: boolean; startedAt: number; finishedAt: number },
    listener: Pick<MediaListener, "recorded">,
  ): Promise<void>
  /** @throws when the provider does not answer; a recording that is gone is fine */
  deleteRecording(recording: Pick<Recording, "key">): Promise<void>
  /** Answers a provider's call, after a look at whether it is the provider's. */
  notify?(callback: MediaCallback, listener: MediaListener): Promise<Response>
  /**
   * Takes a still picture of what a room's host streams now; returns its address, or undefined when nothing is streamed.
   *
   * @throws when the provider does not answer
   */
  snapshot?(roomId: number): Promise<string | undefined>
  /**
   * Where the provider's addresses are this server's own: answers a viewer's request, or a host's who publishes from a
   * browser, by an upgrade where it asks for a websocket.
   *
   * @param from the client's address
   * @returns undefined when there is nothing to see, or not for this viewer
   */
  view?(request: Request, from: string, server: Upgrading): Promise<Response | undefined>
  /** What happens on the websockets that `view` has opened. */
  sockets?: FlvDoor
  /**
   * Asked once, before the first host or viewer: begins what runs in this process.
   *
   * @throws {Error} with a sentence when it cannot
   */
  start?(listener: MediaListener): Promise<void>
  /** Ends that; what was recorded is kept. */
  stop?(): Promise<void>
  /** What is wrong with reaching the provider, or undefined when nothing is. */
  check(): Promise<string | undefined>
}

/** The contract's lines: 1 and 2, of which a host picks one when going live. */
export const lines = [1, 2] as const
export type Line = (typeof lines)[number]
