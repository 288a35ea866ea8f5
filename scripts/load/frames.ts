/** Websocket opcodes (RFC 6455, 5.2) that a server sends or we answer. */
export const Opcode = { text: 1, close: 8, ping: 9, pong: 10 } as const

/** What a reader tells of: text by its place in the buffer, so that counting copies nothing; control frames by payload. */
export type FrameEvents = {
  text(bytes: Uint8Array, start: number, end: number): void
  control(opcode: number, payload: Uint8Array): void
}

/** A reader fed with a server's TCP chunks in order; frames may be split anywhere between chunks. */
export function frameReader(events: FrameEvents): (chunk: Uint8Array) => void {
  let carry: Uint8Array | undefined
  return (chunk) => {
    const bytes = carry ? concat(carry, chunk) : chunk
    const length = bytes.length
    let at = 0
    while (length - at >= 2) {
      let size = (bytes[at + 1] ?? 0) & 127
      let start = at + 2
      if (size === 126) {
        start = at + 4
        if (start > length) break
        size = ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0)
      } else if (size === 127) {
        start = at + 10
        if (start > length) break
        size = Number(new DataView(bytes.buffer, bytes.byteOffset + at + 2, 8).getBigUint64(0))
      }
      const end = start + size
      if (end > length) break
      const opcode = (bytes[at] ?? 0) & 15
      if (opcode === Opcode.text) events.text(bytes, start, end)
      else events.control(opcode, bytes.subarray(start, end))
      at = end
    }
    carry = at < length ? Uint8Array.from(bytes.subarray(at)) : undefined
  }
}

/** Whether a text frame is a chat message: it begins `{"mtype":1,`. */
export function isChat(bytes: Uint8Array, start: number): boolean {
  return bytes[start + 2] === 0x6d && bytes[start + 9] === 0x31 && bytes[start + 10] === 0x2c
}

/** A client's frame of at most 65,535 bytes. The mask is zero: valid, and it leaves the payload as it is. */
export function encodeFrame(opcode: number, payload: Uint8Array): Uint8Array {
  const short = payload.length < 126
  const frame = new Uint8Array((short ? 6 : 8) + payload.length)
  frame[0] = 0x80 | opcode
  frame[1] = 0x80 | (short ? payload.length : 126)
  if (!short) new DataView(frame.buffer).setUint16(2, payload.length)
  frame.set(payload, frame.length - payload.length)
  return frame
}

/** Two chunks as one. */
export function concat(a: Uint8Array, b: Uint8Array): Uint8Array {
  const both = new Uint8Array(a.length + b.length)
  both.set(a)
  both.set(b, a.length)
  return both
}
