import type { Kind } from "./own_media.ts"
import type { Description, Negotiation } from "./signal.ts"

/** A connection to one other on stage. */
export interface Peer {
  /** What they are seen and heard by. */
  readonly stream: MediaStream
  readonly state: RTCPeerConnectionState
  hear(words: Negotiation): void
  /** Sends what may have been lost, and looks for another way where there is none. */
  nudge(): void
  /** What is sent from now on. */
  give(tracks: MediaStreamTrack[]): void
  close(): void
}

interface Options {
  /** Of two who offer at once one gives way. */
  isPolite: boolean
  iceServers: RTCIceServer[]
  tracks: MediaStreamTrack[]
  send(words: Negotiation): void
  changed(): void
}

/** Candidates found within so many milliseconds go in one message. */
const gathering = 60
/** Bits a second of a picture; six on stage send five. */
const videoRate = 600_000

/** Negotiates by the pattern that the WebRTC standard calls perfect negotiation. */
export function openPeer({ isPolite, iceServers, tracks, send, changed }: Options): Peer {
  const connection = new RTCPeerConnection({ iceServers })
  const stream = new MediaStream()
  const senders = new Map<string, RTCRtpSender>()
  let isOffering = false
  let candidates: Record<string, unknown>[] = []
  let timer: ReturnType<typeof setTimeout> | undefined
  let heard: Promise<unknown> = Promise.resolve()

  connection.onnegotiationneeded = async () => {
    isOffering = true
    try {
      await connection.setLocalDescription()
      describe()
    } catch {
      // Closed meanwhile; there is nobody left to offer to.
    } finally {
      isOffering = false
    }
  }
  connection.onicecandidate = ({ candidate }) => {
    if (!candidate) return
    candidates.push({ ...candidate.toJSON() })
    timer ??= setTimeout(sendCandidates, gathering)
  }
  connection.ontrack = ({ track }) => {
    stream.addTrack(track)
    changed()
  }
  connection.onconnectionstatechange = () => {
    if (connection.connectionState === "failed") nudge()
    if (connection.connectionState === "connected") void limitRate(senders.get("video"))
    changed()
  }

  function sendCandidates() {
    timer = undefined
    const found = candidates
    candidates = []
    send({ type: "candidates", candidates: found })
  }

  function describe() {
    const { type, sdp } = connection.localDescription ?? {}
    if ((type === "offer" || type === "answer") && sdp) send({ type: "description", description: { type, sdp } })
  }

  async function take(words: Negotiation): Promise<void> {
    if (words.type === "description") return takeDescription(words.description)
    // Those of an offer that was passed over fit nothing.
    for (const candidate of words.candidates) await connection.addIceCandidate(candidate).catch(() => {})
  }

  async function takeDescription(description: Description): Promise<void> {
    const { signalingState } = connection
    if (description.type === "answer") {
      if (signalingState === "have-local-offer") await connection.setRemoteDescription(description)
      return
    }
    const isCollision = isOffering || signalingState !== "stable"
    if (isCollision && !isPolite) return
    await connection.setRemoteDescription(description)
    await connection.setLocalDescription()
    describe()
  }

  function nudge() {
    const { connectionState, signalingState } = connection
    if (signalingState === "have-local-offer") describe()
    else if (connectionState !== "connected" && signalingState !== "closed") connection.restartIce()
  }

  function give(given: MediaStreamTrack[]) {
    for (const kind of ["audio", "video"] satisfies Kind[]) {
      const track = given.find((one) => one.kind === kind)
      const sender = senders.get(kind)
      if (sender) void sender.replaceTrack(track ?? null).catch(() => {})
      else if (track) senders.set(kind, connection.addTrack(track))
    }
  }

  give(tracks)
  for (const kind of ["audio", "video"] satisfies Kind[]) {
    if (!senders.has(kind)) connection.addTransceiver(kind, { direction: "recvonly" })
  }

  return {
    stream,
    get state() {
      return connection.connectionState
    },
    hear(words) {
      heard = heard.then(() => take(words)).catch(() => {})
    },
    nudge,
    give,
    close() {
      clearTimeout(timer)
      connection.onconnectionstatechange = null
      connection.close()
    },
  }
}

async function limitRate(sender: RTCRtpSender | undefined): Promise<void> {
  if (!sender) return
  const parameters = sender.getParameters()
  for (const encoding of parameters.encodings) encoding.maxBitrate = videoRate
  // A browser that will not be limited still sends.
  await sender.setParameters(parameters).catch(() => {})
}
