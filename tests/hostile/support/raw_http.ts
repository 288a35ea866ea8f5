import { connect, type Socket } from "node:net"
import type { Reply } from "./verdict.ts"

/** Longer than any answer takes; a connection that neither answers nor ends by then hangs. */
const patience = 10_000

export interface Conversation {
  replies: Reply[]
  /** Whether the server ended the connection. */
  ended: boolean
}

/**
 * Says some bytes over a connection of its own and listens until so many answers have come or the server ends it.
 *
 * @throws when neither happens
 */
export async function converse(port: number, bytes: string | Uint8Array, answers = 1): Promise<Conversation> {
  const socket = await dial(port)
  try {
    return await listen(socket, bytes, answers)
  } finally {
    socket.destroy()
  }
}

export function dial(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () => resolve(socket))
    socket.once("error", reject)
    // What is said to a connection that the server ended meanwhile comes back as an error.
    socket.on("error", () => {})
  })
}

function listen(socket: Socket, bytes: string | Uint8Array, answers: number): Promise<Conversation> {
  let heard: Buffer = Buffer.alloc(0)
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`the connection hangs, having said: ${heard}`)), patience)
    const done = (ended: boolean) => {
      clearTimeout(timer)
      resolve({ replies: repliesIn(heard), ended })
    }
    socket.on("data", (chunk) => {
      heard = Buffer.concat([heard, Buffer.from(chunk)])
      if (repliesIn(heard).length >= answers) done(false)
    })
    socket.on("close", () => done(true))
    socket.write(bytes)
  })
}

/** The whole answers at the front of what was heard; interim ones are passed over. */
export function repliesIn(heard: Buffer): Reply[] {
  const replies: Reply[] = []
  let at = 0
  while (true) {
    const end = heard.indexOf("\r\n\r\n", at)
    if (end < 0) return replies
    const head = heard.toString("latin1", at, end)
    const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(head)?.[1])
    const length = Number(/^content-length: (\d+)/im.exec(head)?.[1] ?? 0)
    const start = end + 4
    if (heard.length < start + length) return replies
    at = start + length
    if (status === 100) continue
    const type = /^content-type: (.*)/im.exec(head)?.[1] ?? null
    replies.push({ status, type, body: heard.toString("utf8", start, at) })
  }
}

/** A request as it goes over the line. */
export function requestText(method: string, path: string, headers: Record<string, string | number> = {}, body = "") {
  const lines = Object.entries({ Host: "mili", ...headers }).map(([name, value]) => `${name}: ${value}\r\n`)
  return `${method} ${path} HTTP/1.1\r\n${lines.join("")}\r\n${body}`
}
