import { concat, encodeFrame, type FrameEvents, frameReader, Opcode } from "./frames.ts"

/** One websocket over a raw TCP connection. */
export type ChatSocket = {
  /** Sends one text message. */
  send(text: string): void
  /** Ends the TCP connection without a closing handshake. */
  terminate(): void
  /** Stops reading, and reads again. */
  pause(): void
  resume(): void
}

/** What a socket tells of: text frames, and its end with the server's close code (1006 when it gave none). */
export type SocketEvents = {
  text: FrameEvents["text"]
  /** All frames that have come in so far were told. */
  read(): void
  close(code: number): void
}

const encoder = new TextEncoder()

/** Connects to 127.0.0.1, upgrades at `path`, and answers pings from then on. Rejects when the upgrade is refused. */
export async function openSocket(port: number, path: string, events: SocketEvents): Promise<ChatSocket> {
  const upgraded = Promise.withResolvers<void>()
  let unsent: Uint8Array = new Uint8Array(0)
  let answer = ""
  let closeCode = 1006
  let terminated = false

  const read = frameReader({
    text: events.text,
    control(opcode, payload) {
      if (opcode === Opcode.ping) write(encodeFrame(Opcode.pong, payload))
      if (opcode === Opcode.close && payload.length >= 2) closeCode = ((payload[0] ?? 0) << 8) | (payload[1] ?? 0)
    },
  })
  let receive = (chunk: Buffer) => {
    answer += chunk.toString("latin1")
    const end = answer.indexOf("\r\n\r\n")
    if (end < 0) return
    if (!answer.startsWith("HTTP/1.1 101 ")) return upgraded.reject(new Error(`${path}: ${answer.slice(0, 200)}`))
    const rest = Buffer.from(answer.slice(end + 4), "latin1")
    receive = (chunk) => {
      read(chunk)
      events.read()
    }
    upgraded.resolve()
    if (rest.length > 0) read(rest)
  }

  const tcp = await Bun.connect({
    hostname: "127.0.0.1",
    port,
    socket: {
      data: (_, chunk) => receive(chunk),
      drain: () => write(new Uint8Array(0)),
      close() {
        upgraded.reject(new Error(`${path}: closed before the upgrade`))
        if (!terminated) events.close(closeCode)
      },
      error: (_, error) => upgraded.reject(error),
    },
  })
  // A full send buffer takes only part of a write: the rest waits for the drain event.
  const write = (bytes: Uint8Array) => {
    const all = unsent.length > 0 ? concat(unsent, bytes) : bytes
    unsent = all.subarray(Math.max(0, tcp.write(all)))
  }
  write(
    encoder.encode(
      `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n",
    ),
  )
  await upgraded.promise
  return {
    send: (text) => write(encodeFrame(Opcode.text, encoder.encode(text))),
    pause: () => void tcp.pause(),
    resume: () => void tcp.resume(),
    terminate() {
      terminated = true
      tcp.terminate()
    },
  }
}
