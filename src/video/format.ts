import type { Packet } from "./packet.ts"

/** How a stream is written for one kind of viewer. */
export interface Format {
  /** What comes before the first packet. */
  header(kinds: { video: boolean; audio: boolean }): Uint8Array
  packet(packet: Packet): Uint8Array
}
