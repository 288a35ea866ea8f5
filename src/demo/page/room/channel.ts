import { note } from "../api/journal.ts"
import type { Account } from "../api/session.ts"
import { type Frame, mtype, numberIn, readFrame, textIn, titleOf } from "./frames.ts"

/** `lost` is on its way back; `ended` stays away, since the room is over or the server said no. */
export type ChannelState = "connecting" | "open" | "lost" | "ended"

export interface Channel {
  /** @returns false when nothing can be sent just now */
  send(frame: Frame): boolean
  close(): void
}

interface Reader {
  frame(frame: Frame): void
  /** @param code why the server sent this socket away, where it said so */
  state(state: ChannelState, code?: number): void
}

/** A silent connection is asked for a sign of life after `quiet`, and given up `patience` later; milliseconds. */
const quiet = 20_000
const patience = 10_000
const retry = { first: 500, most: 15_000 }

/**
 * A seat in a room, or in the lobby, which is room 0. A lost connection comes back by itself and is told what it missed: the room's frames are numbered, and
 * the next socket says which it has seen last.
 */
export function openChannel(roomId: number, { token, uid }: Account, reader: Reader): Channel {
  let socket: WebSocket | undefined
  let seen: { since: number; epoch: string } | undefined
  let attempts = 0
  let isOver = false
  let timer: ReturnType<typeof setTimeout> | undefined
  let heartbeat: ReturnType<typeof setTimeout> | undefined

  function connect() {
    clearTimeout(timer)
    reader.state(attempts === 0 ? "connecting" : "lost")
    const query = new URLSearchParams({ token, uid: String(uid), ext: "1" })
    if (seen) {
      query.set("since", String(seen.since))
      query.set("epoch", seen.epoch)
    }
    const address = `${location.origin.replace(/^http/, "ws")}/channel/${roomId}/ws?${query}`
    const mine = new WebSocket(address)
    socket = mine
    note({ kind: "socket", title: `/channel/${roomId}/ws`, said: { ext: 1, ...seen } })
    mine.onmessage = ({ data }) => mine === socket && heard(data)
    // The lobby says nothing to who enters.
    if (roomId === 0) mine.onopen = () => mine === socket && isIn()
    mine.onclose = ({ code }) => mine === socket && closed(code)
    waitForLife()
  }

  function heard(data: unknown) {
    waitForLife()
    const frame = readFrame(data)
    if (!frame || frame.mtype === mtype.ping) return
    note({ kind: "heard", title: titleOf(frame), answer: frame })
    if (frame.mtype === mtype.snapshot) {
      seen = { since: numberIn(frame, "seq"), epoch: textIn(frame, "epoch") }
      isIn()
    } else if (seen && typeof frame.seq === "number") {
      // Told again what it has heard, it hears nothing new.
      if (frame.seq <= seen.since) return
      seen = { ...seen, since: frame.seq }
    }
    reader.frame(frame)
  }

  function isIn() {
    attempts = 0
    reader.state("open")
  }

  function closed(code: number) {
    clearTimeout(heartbeat)
    socket = undefined
    note({ kind: "socket", title: `/channel/${roomId}/ws`, answer: { closed: code } })
    // 1000 is the room's end; 4900 a reader who was too slow, 1012 a restart, and both may come back.
    const isRefused = code > 4_000 && code < 4_900
    if (isOver || code === 1_000 || isRefused) return end(isRefused ? code - 4_000 : undefined)
    attempts += 1
    reader.state("lost")
    const wait = Math.min(retry.most, retry.first * 2 ** Math.min(attempts - 1, 10))
    timer = setTimeout(connect, wait * (0.5 + Math.random() / 2))
  }

  function end(code: number | undefined) {
    isOver = true
    removeEventListener("online", comeBack)
    reader.state("ended", code)
  }

  function waitForLife() {
    clearTimeout(heartbeat)
    heartbeat = setTimeout(() => {
      if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify({ mtype: mtype.ping }))
      heartbeat = setTimeout(giveUp, patience)
    }, quiet)
  }

  /** A dead connection's own closing may take minutes. */
  function giveUp() {
    const dead = socket
    if (!dead) return
    closed(1_006)
    dead.close()
  }

  function comeBack() {
    if (!socket && !isOver) connect()
  }

  addEventListener("online", comeBack)
  connect()
  return {
    send(frame) {
      if (socket?.readyState !== WebSocket.OPEN) return false
      socket.send(JSON.stringify(frame))
      note({ kind: "sent", title: titleOf(frame), said: frame })
      return true
    },
    close() {
      isOver = true
      clearTimeout(timer)
      clearTimeout(heartbeat)
      removeEventListener("online", comeBack)
      const open = socket
      socket = undefined
      open?.close(1_000)
    },
  }
}
