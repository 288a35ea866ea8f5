export type RtcProviderName = "builtin" | "qiniu" | "livekit"

/** The host may throw people out; a guest may speak and be seen. */
export type RtcRole = "admin" | "user"

/** A server that helps two phones find each other, in the form that a browser's RTCPeerConnection takes. */
export interface IceServer {
  urls: string[]
  username?: string
  credential?: string
}

/** What lets one person onto the stage of a conference. */
export interface RtcPass {
  token: string
  /** What the provider calls the room and the person: its SDK is told these with the token. */
  room: string
  user: string
  /** Where an app connects; empty where it knows by itself. */
  url: string
  iceServers: IceServer[]
}

/** What a provider asks and tells; what it means for the conference is the listener's. */
export interface RtcListener {
  /** Whether somebody may be on a room's stage now. */
  mayBeOnStage(roomId: number, userId: number): Promise<boolean>
  /** Somebody is gone from the stage for good. May be told twice. */
  left(roomId: number, userId: number): Promise<void>
}

/** A call that a provider makes to this server. */
export interface RtcCallback {
  method: string
  /** The path below the provider's own, such as `webhook`. */
  path: string
  headers: Headers
  body: Uint8Array
}

/** Carries sound and picture between those on stage. */
export interface RtcProvider {
  readonly name: RtcProviderName
  /** How many may be on stage, the host included. */
  readonly stageMax: number
  /** Opens a room to one person until it expires; nothing is asked. */
  pass(roomId: number, userId: number, role: RtcRole): RtcPass
  /** Makes a room; one that is there is fine. @throws when the provider refuses or does not answer */
  open(roomId: number, hostId: number): Promise<void>
  /** Ends a room; one that is gone is fine. @throws when the provider does not answer; the caller comes again */
  close(roomId: number): Promise<void>
  /** Throws somebody out; who is not there is fine. @throws when the provider does not answer; the caller comes again */
  remove(roomId: number, userId: number): Promise<void>
  /** Answers a provider's call, after a look at whether it is the provider's. */
  notify?(callback: RtcCallback, listener: RtcListener): Promise<Response>
  /** What is wrong with reaching the provider, or undefined when nothing is. */
  check(): Promise<string | undefined>
}
