/** What a publisher sends, one FLV tag at a time; every format that viewers get is made of these. */
export interface Packet {
  kind: "video" | "audio" | "data"
  /**
   * When it is to be decoded, in milliseconds since the stream began: it never goes back among the packets of a kind, also
   * when a publisher comes again with a clock of its own. Sound and picture come out of step, as their encoders deliver
   * them; metadata is always of 0.
   */
  at: number
  /** The body of the FLV tag (also of the RTMP message): nobody changes it afterwards. */
  body: Uint8Array
  /** What a decoder needs before any frame of this kind; `data` is the stream's metadata, of which the last one counts. */
  isConfig: boolean
  /** A video frame that needs no earlier one. */
  isKey: boolean
}

/** Follows a stream. Nothing it does may throw or wait: it runs between a publisher's packet and the next. */
export interface Subscriber {
  /** The first ones are cached: metadata, the decoders' configuration, and everything from the last key frame on. */
  packet(packet: Packet): void
  /** The publisher is gone; the next packet, if one comes, is the configuration of whoever publishes then. */
  interrupted(): void
  /** The stream is over; nothing comes any more. */
  ended(): void
}

/** Where a viewer's bytes go: a socket or an answer under way. */
export interface Sink {
  /** Bytes that were written and have not left yet. */
  buffered(): number
  write(bytes: Uint8Array): void
  /** Ends the connection, once. */
  close(): void
}

/** An address somebody wants to publish to or play from. */
export interface StreamRequest {
  /** The last part of the path, without its query. */
  name: string
  /** As the client sent it: of a repeated name the first value counts. */
  query: URLSearchParams
  /** The client's address. */
  from: string
}

/** The connection that feeds a stream. */
export interface Publisher {
  /** Told why and cut: another connection took over, the room is over, or it broke a limit. */
  close(why: string): void
}

/** What a publisher may do once it was let in. */
export interface Publication {
  /** @param timestamp the publisher's own, in milliseconds modulo 2^32 @param body owned by the stream from here on */
  take(kind: Packet["kind"], timestamp: number, body: Uint8Array): void
  /** The publisher is gone. */
  ended(): void
}

/** What stands behind every door that video comes in or goes out by. */
export interface Studio {
  /** @returns undefined when the publisher is refused */
  publish(request: StreamRequest, publisher: Publisher): Promise<Publication | undefined>
  /** @returns how to leave again, or undefined when the viewer is refused */
  watch(request: StreamRequest, format: "flv" | "rtmp", sink: Sink): Promise<(() => void) | undefined>
}
