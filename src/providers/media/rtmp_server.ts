import type { MediaCallback } from "./index.ts"

/** What a server tells or asks, in whatever dialect. */
export type RtmpEvent =
  /** Somebody wants to publish. With `starts` the stream is there once that is allowed, otherwise `started` follows. */
  | { kind: "publish"; roomId: number; query: URLSearchParams; connection: string; starts: boolean }
  | { kind: "started"; roomId: number; connection: string }
  | { kind: "ended"; roomId: number; connection: string }
  | { kind: "play"; roomId: number; query: URLSearchParams }
  /** A publisher or a viewer is still there; a refusal cuts the connection. */
  | { kind: "publishing"; roomId: number; connection: string }
  | { kind: "playing"; roomId: number }
  /** A recording is complete. `seconds` is left out where the server does not tell. */
  | { kind: "recorded"; roomId: number; path: string; seconds?: number | undefined }
  /** Nothing that matters here. */
  | { kind: "other" }
  /** A question about a stream that is no room's. */
  | { kind: "foreign" }

/** A call whose secret was right; `path` is what followed the secret. */
export type RtmpCall = Pick<MediaCallback, "method" | "path" | "query" | "body">

/** Asks and commands a server. Everything @throws when it does not answer, or not as it should. */
export interface RtmpControl {
  isStreaming(roomId: number): Promise<boolean>
  /** Cuts who publishes in a room; returns whether anybody was. */
  cutPublisher(roomId: number): Promise<boolean>
  /** Cuts the publisher and the viewers of a room; nobody there is fine. */
  cutAll(roomId: number): Promise<void>
}

/** One kind of RTMP server. */
export interface RtmpServer {
  /** Undefined for a call that this kind of server does not make. */
  read(call: RtmpCall): RtmpEvent | undefined
  answer(allowed: boolean): Response
  /** Undefined where nobody told how the server is reached. */
  control: RtmpControl | undefined
}

/** How long a server may take for an answer, in milliseconds; it is beside this one. */
export const controlTimeout = 3_000
