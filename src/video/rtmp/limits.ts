/** What bounds the RTMP server; every quantity it may hold or wait for is here. */
export interface Limits {
  /** Connections at a time: of everybody, and of one IPv4 address or IPv6 /64 network. */
  connectionsMost: number
  connectionsPerNetworkMost: number
  /** One message of a publisher, in bytes. Before it is let in, and for everybody else, `commandBytesMost` holds. */
  messageBytesMost: number
  commandBytesMost: number
  /** What somebody who does not publish may send in a minute, in bytes. */
  chatterBytesMost: number
  /** Unsent bytes: of a player, which the studio should cut long before, and of everybody else. */
  playerUnsentBytesMost: number
  answersUnsentBytesMost: number
  /** A player with more unsent than this when its stream is over is cut at once instead of being sent the rest. */
  farewellBytesMost: number
  /** From opening to `connect`, and from there to `publish` or `play`. */
  openingMs: number
  /** How long the studio may take to decide. */
  decisionMs: number
  /** A publisher that sends nothing for so long is gone. */
  publisherSilentMs: number
  /** A player that neither takes what is there for it nor says anything for so long is gone. */
  playerStuckMs: number
  /** From the last word to the cut, for a peer that does not close its side. */
  lingerMs: number
  /** How long a connection is idle before TCP asks whether the peer is still there. */
  keepAliveMs: number
  /** How often the clock is looked at. */
  tickMs: number
}

export const defaultLimits: Limits = {
  connectionsMost: 5_000,
  connectionsPerNetworkMost: 50,
  messageBytesMost: 4 * 1_024 * 1_024,
  commandBytesMost: 64 * 1_024,
  chatterBytesMost: 1_024 * 1_024,
  playerUnsentBytesMost: 16 * 1_024 * 1_024,
  answersUnsentBytesMost: 64 * 1_024,
  farewellBytesMost: 256 * 1_024,
  openingMs: 10_000,
  decisionMs: 10_000,
  publisherSilentMs: 15_000,
  playerStuckMs: 60_000,
  lingerMs: 2_000,
  keepAliveMs: 30_000,
  tickMs: 500,
}
