import type { VideoLimits } from "./limits.ts"
import type { Packet } from "./packet.ts"

/** What a viewer needs to begin at once: the configurations and everything since the last key frame, or the last of the sound. */
export class GopCache {
  private readonly configs: Partial<Record<Packet["kind"], Packet>> = {}
  private frames: Packet[] = []
  private bytes = 0
  private isOpen = false
  private latest = 0
  /** Whether there was a key frame, and no long silence of the picture since. */
  hasPicture = false
  private pictureAt = 0
  private hasSound = false

  constructor(private readonly limits: VideoLimits) {}

  get hasVideo(): boolean {
    return this.configs.video !== undefined
  }

  get hasAudio(): boolean {
    return this.hasSound || this.configs.audio !== undefined
  }

  /** Whether a viewer can begin with what is here. */
  get isReady(): boolean {
    return this.hasPicture ? this.isOpen : this.frames.length > 0
  }

  config(kind: Packet["kind"]): Packet | undefined {
    return this.configs[kind]
  }

  /** Keeps a packet. Of video the first one is a key frame. */
  add(packet: Packet): void {
    this.latest = packet.at
    if (packet.isConfig) {
      this.configure(packet)
      return
    }
    if (packet.isKey) this.reopen()
    if (packet.kind === "video") this.pictureAt = packet.at
    else this.hear(packet.at)
    const isUndecodable = packet.kind === "video" || this.hasPicture
    if (isUndecodable && !this.isOpen) return
    this.frames.push(packet)
    this.bytes += packet.body.length
    if (!this.hasPicture) this.trim()
    this.bound()
  }

  /** What a viewer begins with. */
  backlog(): Packet[] {
    return [...this.opening(this.frames), ...this.frames]
  }

  /** Metadata and configurations as if they were sent just before some frames. */
  opening(frames: Packet[]): Packet[] {
    const { data, video, audio } = this.configs
    const at = frames.reduce((least, frame) => Math.min(least, frame.at), frames[0]?.at ?? this.latest)
    const now = [video, audio].flatMap((config) => (config ? [{ ...config, at }] : []))
    return data ? [data, ...now] : now
  }

  /** Forgets everything: what comes next is another publisher's. */
  clear(): void {
    for (const kind of ["data", "video", "audio"] as const) delete this.configs[kind]
    this.hasSound = false
    this.hasPicture = false
    this.drop()
  }

  private configure(packet: Packet) {
    // Frames that another configuration decodes are of no use any more.
    if (packet.kind !== "data" && this.configs[packet.kind]) this.drop()
    this.configs[packet.kind] = packet
  }

  private hear(at: number) {
    this.hasSound = true
    if (!this.hasPicture || at - this.pictureAt <= this.limits.pictureSilenceMs) return
    // The host's camera is off: who comes now need not wait for it.
    this.hasPicture = false
    this.drop()
  }

  private reopen() {
    this.drop()
    this.isOpen = true
    this.hasPicture = true
  }

  private drop() {
    this.frames = []
    this.bytes = 0
    this.isOpen = false
  }

  private trim() {
    for (
      let first = this.frames[0];
      first && first.at < this.latest - this.limits.audioKeepMs;
      first = this.frames[0]
    ) {
      this.bytes -= first.body.length
      this.frames.shift()
    }
  }

  private bound() {
    const { gopBytesMax, gopMsMax, gopPacketsMax } = this.limits
    const span = this.latest - (this.frames[0]?.at ?? this.latest)
    if (this.bytes > gopBytesMax || span > gopMsMax || this.frames.length > gopPacketsMax) this.drop()
  }
}
