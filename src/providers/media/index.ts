/** The addresses under which one stream is watched. */
export interface PlayAddresses {
  rtmp: string
  flv: string
  hls: string
}

/** Carries the video of live rooms; a line of the contract is a provider. */
export interface MediaProvider {
  readonly name: string
  /** A push address for a room's host alone; it is signed and expires. */
  pushAddress(roomId: number): string
  /** The addresses viewers pull from; they are signed and expire. */
  playAddresses(roomId: number): PlayAddresses
  /** What is wrong with reaching the provider, or undefined when nothing is. */
  check(): Promise<string | undefined>
}

/** The contract's lines: 1 and 2, of which a host picks one when going live. */
export const lines = [1, 2] as const
export type Line = (typeof lines)[number]
