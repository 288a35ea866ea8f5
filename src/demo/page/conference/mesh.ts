import { openPeer, type Peer } from "./peer.ts"
import { type Negotiation, readSignal, type Switches } from "./signal.ts"

/** One other on stage, as this page receives them. */
export interface Remote extends Switches {
  stream: MediaStream
  state: RTCPeerConnectionState
}

/** The connections to all others on stage. */
export interface Mesh {
  /** Makes oneself known: to all on coming, and again after the room's socket was away. */
  greet(others: number[]): void
  hear(from: number, data: unknown): void
  give(tracks: MediaStreamTrack[], switches: Switches): void
  close(): void
}

interface Options {
  uid: number
  iceServers(): RTCIceServer[]
  tracks: MediaStreamTrack[]
  switches: Switches
  send(to: number, data: unknown): void
  changed(remotes: ReadonlyMap<number, Remote>): void
}

/** More than any stage holds. */
const peersMax = 8

/**
 * Whoever comes says hello, and each who hears it opens a connection; who was not there yet says hello later. So a pair
 * finds each other whoever comes first, and both at once.
 */
export function openMesh({ uid, iceServers, send, changed, ...first }: Options): Mesh {
  const session = crypto.getRandomValues(new Uint32Array(2)).join("-")
  const peers = new Map<number, { peer: Peer; session: string }>()
  const said = new Map<number, Switches>()
  let { tracks, switches } = first

  const told = () =>
    changed(
      new Map(
        [...peers].map(([one, { peer }]) => [
          one,
          { stream: peer.stream, state: peer.state, ...(said.get(one) ?? { mic: true, camera: true }) },
        ]),
      ),
    )

  function meet(one: number, theirs: string): Peer | undefined {
    const known = peers.get(one)
    if (known?.session === theirs) return known.peer
    if (!known && peers.size >= peersMax) return undefined
    known?.peer.close()
    const peer = openPeer({
      isPolite: uid > one,
      iceServers: iceServers(),
      tracks,
      send: (words: Negotiation) => send(one, { ...words, session, to: theirs }),
      changed: told,
    })
    peers.set(one, { peer, session: theirs })
    return peer
  }

  function welcome(one: number, theirs: string) {
    const isBack = peers.get(one)?.session === theirs
    if (!isBack) send(one, { type: "switches", session, ...switches })
    const peer = meet(one, theirs)
    if (isBack) peer?.nudge()
  }

  function part(one: number) {
    peers.get(one)?.peer.close()
    peers.delete(one)
    said.delete(one)
  }

  return {
    greet(others) {
      for (const one of others) send(one, { type: "hello", session, ...switches })
      for (const { peer } of peers.values()) peer.nudge()
    },
    hear(from, data) {
      const signal = readSignal(data)
      if (!signal || from === uid) return
      if (signal.type === "bye") part(from)
      else if ("to" in signal) {
        if (signal.to === session) meet(from, signal.session)?.hear(signal)
      } else {
        if (said.has(from) || said.size < peersMax) said.set(from, { mic: signal.mic, camera: signal.camera })
        if (signal.type === "hello") welcome(from, signal.session)
      }
      told()
    },
    give(given, now) {
      tracks = given
      switches = now
      for (const [one, { peer }] of peers) {
        peer.give(tracks)
        send(one, { type: "switches", session, ...switches })
      }
    },
    close() {
      for (const one of [...peers.keys()]) part(one)
    },
  }
}
