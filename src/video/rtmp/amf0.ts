import { ProtocolError } from "./protocol_error.ts"

export type AmfValue = number | boolean | string | null | undefined | Date | AmfValue[] | AmfObject
export interface AmfObject {
  [name: string]: AmfValue
}

/** AMF0 type markers (Action Message Format AMF 0, section 2.1). */
const marker = {
  number: 0,
  boolean: 1,
  string: 2,
  object: 3,
  null: 5,
  undefined: 6,
  ecmaArray: 8,
  objectEnd: 9,
  strictArray: 10,
  date: 11,
  longString: 12,
  unsupported: 13,
  xml: 15,
  typedObject: 16,
} as const

const depthMost = 16
const valuesMost = 1_024

/**
 * Reads every value up to the end of `bytes`. Objects have no prototype; ECMA arrays come as objects, dates without their
 * time zone, XML as text.
 *
 * @throws {ProtocolError} when they are cut short, of a type not known here, nested deeper than 16, or more than 1,024
 */
export function readAmf(bytes: Uint8Array): AmfValue[] {
  const reader = new AmfReader(bytes)
  const values: AmfValue[] = []
  while (!reader.isAtEnd) values.push(reader.value(0))
  return values
}

class AmfReader {
  private readonly bytes: Buffer
  private at = 0
  private count = 0

  constructor(bytes: Uint8Array) {
    this.bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  get isAtEnd(): boolean {
    return this.at === this.bytes.length
  }

  value(depth: number): AmfValue {
    if (depth > depthMost) throw new ProtocolError("AMF values are nested too deep")
    if (++this.count > valuesMost) throw new ProtocolError("too many AMF values")
    const type = this.bytes.readUInt8(this.skip(1))
    switch (type) {
      case marker.number:
        return this.bytes.readDoubleBE(this.skip(8))
      case marker.boolean:
        return this.bytes.readUInt8(this.skip(1)) !== 0
      case marker.string:
        return this.text(this.bytes.readUInt16BE(this.skip(2)))
      case marker.longString:
      case marker.xml:
        return this.text(this.bytes.readUInt32BE(this.skip(4)))
      case marker.null:
        return null
      case marker.undefined:
      case marker.unsupported:
        return undefined
      case marker.object:
        return this.properties(depth)
      case marker.typedObject:
        this.skip(this.bytes.readUInt16BE(this.skip(2)))
        return this.properties(depth)
      case marker.ecmaArray:
        // Its count is a hint that encoders get wrong; the end marker counts.
        this.skip(4)
        return this.properties(depth)
      case marker.strictArray:
        return this.list(this.bytes.readUInt32BE(this.skip(4)), depth)
      case marker.date: {
        const milliseconds = this.bytes.readDoubleBE(this.skip(8))
        this.skip(2)
        return new Date(milliseconds)
      }
      default:
        throw new ProtocolError(`AMF0 type ${type} is not known`)
    }
  }

  private properties(depth: number): AmfObject {
    const object: AmfObject = Object.create(null)
    for (;;) {
      const name = this.text(this.bytes.readUInt16BE(this.skip(2)))
      if (name === "" && this.bytes[this.at] === marker.objectEnd) break
      object[name] = this.value(depth + 1)
    }
    this.skip(1)
    return object
  }

  private list(length: number, depth: number): AmfValue[] {
    const values: AmfValue[] = []
    while (values.length < length) values.push(this.value(depth + 1))
    return values
  }

  private text(length: number): string {
    const start = this.skip(length)
    return this.bytes.toString("utf8", start, this.at)
  }

  /** Steps over `length` bytes and answers where they begin. */
  private skip(length: number): number {
    const start = this.at
    if (length > this.bytes.length - start) throw new ProtocolError("an AMF value is cut short")
    this.at += length
    return start
  }
}

/** Writes values one after the other; arrays as strict arrays. @throws {RangeError} for a property name over 65,535 bytes */
export function writeAmf(...values: AmfValue[]): Buffer {
  return Buffer.concat(values.map(written))
}

function written(value: AmfValue): Buffer {
  switch (typeof value) {
    case "number":
      return Buffer.concat([Buffer.of(marker.number), double(value)])
    case "boolean":
      return Buffer.of(marker.boolean, value ? 1 : 0)
    case "string":
      return writtenText(value)
    case "undefined":
      return Buffer.of(marker.undefined)
  }
  if (value === null) return Buffer.of(marker.null)
  if (value instanceof Date) return Buffer.concat([Buffer.of(marker.date), double(value.getTime()), Buffer.alloc(2)])
  if (Array.isArray(value)) {
    return Buffer.concat([Buffer.of(marker.strictArray), uint32(value.length), ...value.map(written)])
  }
  const properties = Object.entries(value).flatMap(([name, property]) => [shortText(name), written(property)])
  return Buffer.concat([Buffer.of(marker.object), ...properties, Buffer.of(0, 0, marker.objectEnd)])
}

function writtenText(text: string): Buffer {
  const bytes = Buffer.from(text)
  return bytes.length > 0xffff
    ? Buffer.concat([Buffer.of(marker.longString), uint32(bytes.length), bytes])
    : Buffer.concat([Buffer.of(marker.string), shortText(text)])
}

function shortText(text: string): Buffer {
  const bytes = Buffer.from(text)
  const length = Buffer.alloc(2)
  length.writeUInt16BE(bytes.length)
  return Buffer.concat([length, bytes])
}

function double(value: number): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeDoubleBE(value)
  return bytes
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}
