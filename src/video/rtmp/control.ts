import { encodeMessage } from "./chunk_writer.ts"
import { mediaStream, messageType } from "./message.ts"

/** Events of a user control message (RTMP 1.0, section 7.1.7). */
const event = { streamBegin: 0, streamEnd: 1, pingRequest: 6, pingResponse: 7 } as const
/** The peer may send less than it was told to, but not more. */
const dynamicLimit = 2

/** Bytes that may be under way before the receiver acknowledges them: what this server is told, and tells. */
export const receiveWindow = 2_500_000

export const windowSize = (bytes: number) => control(messageType.windowSize, uint32(bytes))
export const peerBandwidth = (bytes: number) =>
  control(messageType.peerBandwidth, Buffer.concat([uint32(bytes), Buffer.of(dynamicLimit)]))
export const setChunkSize = (bytes: number) => control(messageType.setChunkSize, uint32(bytes))
/** @param received bytes since the connection began; sent modulo 2^32 */
export const acknowledgement = (received: number) => control(messageType.acknowledgement, uint32(received % 2 ** 32))
export const streamBegin = () => userControl(event.streamBegin, uint32(mediaStream))
export const streamEnd = () => userControl(event.streamEnd, uint32(mediaStream))

/** The answer to a user control message that is a ping; undefined for any other. */
export function pong(body: Uint8Array): Uint8Array | undefined {
  const isPing = body.length >= 6 && body[0] === 0 && body[1] === event.pingRequest
  return isPing ? userControl(event.pingResponse, body.subarray(2, 6)) : undefined
}

/** The number at the beginning of a control message's body; undefined when it is cut short. */
export const numberOf = (body: Uint8Array): number | undefined =>
  body.length < 4 ? undefined : new DataView(body.buffer, body.byteOffset).getUint32(0)

const userControl = (kind: number, value: Uint8Array) =>
  control(messageType.userControl, Buffer.concat([Buffer.of(0, kind), value]))

const control = (type: number, body: Uint8Array) => encodeMessage({ type, timestamp: 0, streamId: 0, body })

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}
