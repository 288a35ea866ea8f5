import { Buffer } from "node:buffer"

/** Bounds of what stands beside the file: fields, their names and values, a part's header. */
const fieldsMax = 64
const fieldBytesMax = 64 * 1024
const headerBytesMax = 8 * 1024
/** RFC 2046, 5.1.1. */
const boundaryMax = 70

/** The body is not multipart as RFC 7578 has it, or has more than is taken. */
export class FormFault extends Error {
  override readonly name = "FormFault"
}

/** A file as a form announces it. */
export interface FormFile {
  field: string
  name: string
  type: string
}

export type Fields = Record<string, string>

/** Takes a file's bytes as they come; undefined for a file that is not wanted. */
export type TakeFile = (file: FormFile) => ((bytes: Uint8Array) => Promise<void>) | undefined

/**
 * Reads a multipart form as it comes, so that a file is never whole in memory. Of a field named twice the first counts.
 *
 * @throws {FormFault}
 */
export async function readMultipart(contentType: string, body: AsyncIterable<Uint8Array>, take: TakeFile) {
  const boundary = /^multipart\/form-data\b.*;\s*boundary=(?:"([^"]+)"|([^\s;"]+))/i.exec(contentType)
  const mark = boundary?.[1] ?? boundary?.[2] ?? ""
  if (mark === "" || mark.length > boundaryMax) throw new FormFault("there is no boundary")
  const reader = createReader(body)
  const fields: Fields = {}
  const delimiter = Buffer.from(`\r\n--${mark}`, "latin1")
  // The first one may stand at the very start.
  reader.unread(Buffer.from("\r\n"))
  await reader.until(delimiter, async () => {})
  for (let parts = 0; !(await reader.ends()); parts++) {
    if (parts > fieldsMax) throw new FormFault("there are too many fields")
    const header = (await gather(reader, Buffer.from("\r\n\r\n"), headerBytesMax)).toString()
    const file = fileOf(header)
    if (file) await reader.until(delimiter, take(file) ?? (async () => {}))
    else {
      const name = nameIn(header, "name")
      const value = (await gather(reader, delimiter, fieldBytesMax)).toString()
      if (name !== undefined && !Object.hasOwn(fields, name)) define(fields, name, value)
    }
  }
  return fields
}

/** Also where it is called `__proto__`. */
const define = (fields: Fields, name: string, value: string) =>
  Object.defineProperty(fields, name, { value, enumerable: true, configurable: true, writable: true })

function fileOf(header: string): FormFile | undefined {
  const name = nameIn(header, "filename")
  if (name === undefined) return undefined
  const [, type = ""] = /^content-type:\s*([^\r\n;]*)/im.exec(header) ?? []
  return { field: nameIn(header, "name") ?? "", name, type: type.trim().toLowerCase() }
}

/** A name in a part's header, whose lines may end in a mere line feed. */
function nameIn(header: string, attribute: "name" | "filename"): string | undefined {
  const found = new RegExp(
    `^content-disposition:[^\\r\\n]*?[;\\s]${attribute}=(?:"((?:\\\\.|[^"\\\\])*)"|([^\\s;"]+))`,
    "im",
  )
  const [, quoted, bare] = found.exec(header) ?? []
  return quoted?.replace(/\\(.)/g, "$1") ?? bare
}

interface Reader {
  /** Puts bytes before what is still to be read. */
  unread(bytes: Buffer): void
  /** Hands over what stands before a mark, and reads over the mark. */
  until(mark: Buffer, take: (bytes: Uint8Array) => Promise<void>): Promise<void>
  /** Whether the boundary just read was the last; reads to the end of its line. */
  ends(): Promise<boolean>
}

function createReader(body: AsyncIterable<Uint8Array>): Reader {
  const source = body[Symbol.asyncIterator]()
  let rest: Buffer = Buffer.alloc(0)

  async function more(): Promise<void> {
    const { done, value } = await source.next()
    if (done) throw new FormFault("it ends early")
    const bytes = Buffer.from(value.buffer, value.byteOffset, value.byteLength)
    rest = rest.length === 0 ? bytes : Buffer.concat([rest, bytes])
  }

  return {
    unread(bytes) {
      rest = Buffer.concat([bytes, rest])
    },
    async until(mark, take) {
      for (;;) {
        const at = rest.indexOf(mark)
        // The mark may have begun.
        const sure = at === -1 ? rest.length - mark.length + 1 : at
        if (sure > 0) await take(rest.subarray(0, sure))
        if (at !== -1) {
          rest = rest.subarray(at + mark.length)
          return
        }
        if (sure > 0) rest = rest.subarray(sure)
        await more()
      }
    },
    async ends() {
      while (rest.length < 2) await more()
      const next = rest.toString("latin1", 0, 2)
      rest = rest.subarray(2)
      if (next !== "--" && next !== "\r\n") throw new FormFault("a boundary is followed by something")
      return next === "--"
    },
  }
}

/** What stands before a mark, of so many bytes at most. */
async function gather(reader: Reader, mark: Buffer, most: number): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  let length = 0
  await reader.until(mark, async (bytes) => {
    length += bytes.length
    if (length > most) throw new FormFault("a field is too long")
    // What it was cut from is read into anew.
    chunks.push(Buffer.from(bytes))
  })
  return Buffer.concat(chunks)
}
