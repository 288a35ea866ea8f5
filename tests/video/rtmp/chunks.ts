import type { Message } from "../../../src/video/rtmp/message.ts"

/** How one message is to be sent. */
export interface Plan {
  chunkStream: number
  message: Message
  /** The shortest header type to use where the history allows it; 0 to 3. */
  format: number
}

interface History {
  message: Message
  step: number
}

/**
 * Writes chunks as encoders of every kind do: with each header type and, turn by turn, of several messages.
 *
 * @param turns picks whose chunk is next: a number for each chunk, taken modulo how many messages are under way
 * @param repeats whether an extended timestamp comes again in every chunk of a message
 * @returns the bytes, and the messages in the order in which they are complete
 */
export function written(plans: Plan[], chunkSize: number, turns: number[], repeats = true) {
  const queues = [...Map.groupBy(plans, ({ chunkStream }) => chunkStream).values()].map((queue) => chunksOf(queue))
  const bytes: Uint8Array[] = []
  const complete: Message[] = []
  for (let turn = 0; queues.length > 0; turn++) {
    const picked = (turns[turn % Math.max(1, turns.length)] ?? 0) % queues.length
    const next = queues[picked]?.next()
    if (!next || next.done) {
      queues.splice(picked, 1)
      continue
    }
    bytes.push(next.value.bytes)
    if (next.value.completes) complete.push(next.value.completes)
  }
  return { bytes: Buffer.concat(bytes), complete }

  function* chunksOf(queue: Plan[]): Generator<{ bytes: Uint8Array; completes: Message | undefined }> {
    let history: History | undefined
    for (const { message, chunkStream, format } of queue) {
      const { header, extended, step } = headerOf(message, chunkStream, format, history)
      history = { message, step }
      const again = Buffer.concat([basicHeader(3, chunkStream), repeats ? extended : Buffer.alloc(0)])
      for (let at = 0; at === 0 || at < message.body.length; at += chunkSize) {
        const payload = message.body.subarray(at, at + chunkSize)
        const isLast = at + chunkSize >= message.body.length
        yield {
          bytes: Buffer.concat([at === 0 ? Buffer.concat([header, extended]) : again, payload]),
          completes: isLast ? message : undefined,
        }
      }
    }
  }
}

function headerOf(message: Message, chunkStream: number, wanted: number, history: History | undefined) {
  const { type, streamId, body, timestamp } = message
  const former = history?.message
  const delta = former ? (timestamp - former.timestamp) >>> 0 : 0
  let format = wanted
  if (format === 3 && delta !== history?.step) format = 2
  if (format >= 2 && (former?.type !== type || former.body.length !== body.length)) format = 1
  if (format >= 1 && former?.streamId !== streamId) format = 0
  const step = format === 0 ? timestamp : delta
  const isExtended = step >= 0xffffff
  const fields = Buffer.alloc(11)
  fields.writeUIntBE(isExtended ? 0xffffff : step, 0, 3)
  fields.writeUIntBE(body.length, 3, 3)
  fields.writeUInt8(type, 6)
  fields.writeUInt32LE(streamId, 7)
  const extended = Buffer.alloc(isExtended ? 4 : 0)
  if (isExtended) extended.writeUInt32BE(step)
  const header = Buffer.concat([basicHeader(format, chunkStream), fields.subarray(0, [11, 7, 3, 0][format])])
  return { header, extended, step }
}

function basicHeader(format: number, chunkStream: number): Buffer {
  if (chunkStream < 64) return Buffer.of((format << 6) | chunkStream)
  const rest = chunkStream - 64
  return rest < 256 ? Buffer.of(format << 6, rest) : Buffer.of((format << 6) | 1, rest & 255, rest >> 8)
}
