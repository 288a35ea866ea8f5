import { type AmfObject, type AmfValue, readAmf, writeAmf } from "./amf0.ts"
import { encodeMessage } from "./chunk_writer.ts"
import { type Message, mediaStream, messageType } from "./message.ts"
import { ProtocolError } from "./protocol_error.ts"

/** A call by the client. */
export interface Command {
  name: string
  /** Repeated in the answer; 0 asks for none. */
  transaction: number
  /** What follows: the command object, often null, and then the arguments. */
  values: AmfValue[]
}

/** What `onStatus` tells. */
export interface Status {
  level: "status" | "error"
  code: string
  description: string
}

const isCommand = ({ type }: Message) => type === messageType.command || type === messageType.amf3Command

/**
 * The command in a message; undefined when the message is none. A message of AMF3 type is read as AMF0 behind a zero byte,
 * which is what clients send.
 *
 * @throws {ProtocolError} when it cannot be read
 */
export function commandIn(message: Message): Command | undefined {
  if (!isCommand(message)) return undefined
  const [name, transaction, ...values] = readAmf(withoutAmf3Byte(message))
  if (typeof name !== "string") throw new ProtocolError("a command has no name")
  return { name, transaction: typeof transaction === "number" ? transaction : 0, values }
}

/** The body of a message without the zero byte that comes before AMF0 in a message of AMF3 type. */
export function withoutAmf3Byte({ type, body }: Message): Uint8Array {
  const isAmf3 = type === messageType.amf3Command || type === messageType.amf3Data
  return isAmf3 && body[0] === 0 ? body.subarray(1) : body
}

/** The text at a place among a command's values. */
export function textAt({ values }: Command, place: number): string | undefined {
  const value = values[place]
  return typeof value === "string" ? value : undefined
}

/** The command object; without properties when the client sent none. */
export function objectOf({ values: [value] }: Command): AmfObject {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Date) ? value : {}
}

export const result = (transaction: number, ...values: AmfValue[]) => call("_result", transaction, values)

export const failure = (transaction: number, status: Status) => call("_error", transaction, [null, { ...status }])

/** @param details more properties of the status object */
export const onStatus = (status: Status, details: AmfObject = {}) =>
  call("onStatus", 0, [null, { ...status, ...details }], mediaStream)

/** What FMLE waits for after `FCPublish` and before it ends. */
export const onFlashCall = (name: "onFCPublish" | "onFCUnpublish", status: Status) =>
  call(name, 0, [null, { ...status }], mediaStream)

/** Tells a Flash player that it may read the samples; others ignore it. */
export const sampleAccess = () =>
  encodeMessage({
    type: messageType.data,
    timestamp: 0,
    streamId: mediaStream,
    body: writeAmf("|RtmpSampleAccess", true, true),
  })

function call(name: string, transaction: number, values: AmfValue[], streamId = 0): Uint8Array {
  return encodeMessage({
    type: messageType.command,
    timestamp: 0,
    streamId,
    body: writeAmf(name, transaction, ...values),
  })
}
