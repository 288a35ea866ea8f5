import type { Ending } from "./ending.ts"
import type { Tag } from "./flv.ts"

/** The way to the server. */
export interface Uplink {
  /** Sends a tag, or leaves it out where the way is not open or slow. */
  send(tag: Tag): void
  close(): void
}

interface Listener {
  /** Tags are taken, for the first time or again. */
  opened(): void
  /** The way is closed for good. Called once at most, and not after `close`. */
  ended(how: Ending): void
}

/** The server takes no larger messages, in bytes. */
const messageMost = 16 * 1024
/** Unsent bytes beyond which pictures are left out, and those beyond which sound is. */
const unsentMost = { video: 512 * 1024, audio: 768 * 1024 }
/** Pictures go on at a key frame with no more than this unsent. */
const resumeAt = 96 * 1024
/** A connection that takes nothing for so long is dead, in milliseconds. */
const stuckMost = 10_000
/** Waits before the attempts to come back, in milliseconds. */
const retries = [500, 1_000, 2_000, 4_000, 8_000, 8_000]

/** Why the server closed, by its own words. */
const endings: Record<string, Ending> = {
  refused: "refused",
  "another connection took over": "replaced",
  "the room is over": "over",
  "no media for 15 seconds": "silent",
}
const restarting = "the server stops"
/** The server's word that it takes what comes. */
const welcome = "publishing"

export function openUplink(address: string, listener: Listener): Uplink {
  /** The decoders' configurations, which a server that was come back to has not heard. */
  const configs = new Map<Tag["kind"], Tag>()
  let socket: WebSocket | undefined
  let isOpen = false
  let wasOpen = false
  let awaitsKey = true
  let attempts = 0
  let retry: ReturnType<typeof setTimeout> | undefined
  let isOver = false
  let sent = 0
  let departed = 0
  let departedAt = 0

  function connect() {
    const mine = new WebSocket(address)
    socket = mine
    mine.onmessage = ({ data }) => {
      if (mine !== socket || data !== welcome || isOpen) return
      isOpen = true
      wasOpen = true
      awaitsKey = true
      attempts = 0
      sent = departed = 0
      departedAt = performance.now()
      for (const { bytes } of configs.values()) write(bytes)
      listener.opened()
    }
    mine.onclose = ({ code, reason }) => {
      if (mine !== socket) return
      const isServers = code === 1003 || code === 1007 || code === 1008
      if (isServers && reason !== restarting) end(endings[reason] ?? "cut")
      else lost()
    }
  }

  function lost() {
    letGo()
    const wait = wasOpen ? retries[attempts] : undefined
    if (wait === undefined) return end("unreachable")
    attempts += 1
    retry = setTimeout(connect, wait)
  }

  function letGo() {
    const former = socket
    socket = undefined
    isOpen = false
    former?.close()
  }

  function end(how: Ending) {
    if (isOver) return
    close()
    listener.ended(how)
  }

  function close() {
    isOver = true
    clearTimeout(retry)
    letGo()
  }

  function write(bytes: Uint8Array<ArrayBuffer>) {
    for (let at = 0; at < bytes.length; at += messageMost) socket?.send(bytes.subarray(at, at + messageMost))
    sent += bytes.length
  }

  /** Whether the connection takes no bytes any more. */
  function isStuck(unsent: number): boolean {
    const now = performance.now()
    if (unsent === 0 || sent - unsent > departed) {
      departed = sent - unsent
      departedAt = now
    }
    return now - departedAt > stuckMost
  }

  function mayGo({ kind, isConfig, isKey }: Tag, unsent: number): boolean {
    if (isConfig) return true
    if (kind === "audio") return unsent <= unsentMost.audio
    if (unsent > unsentMost.video) awaitsKey = true
    else if (isKey && (!awaitsKey || unsent <= resumeAt)) awaitsKey = false
    return !awaitsKey
  }

  connect()
  return {
    send(tag) {
      if (tag.isConfig) configs.set(tag.kind, tag)
      // The server's closing takes a moment, in which the browser complains of whatever is still sent.
      if (!socket || !isOpen || socket.readyState !== WebSocket.OPEN) return
      const unsent = socket.bufferedAmount
      if (isStuck(unsent)) lost()
      else if (mayGo(tag, unsent)) write(tag.bytes)
    },
    close,
  }
}
