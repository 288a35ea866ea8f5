/** A part of a file, in bytes; the end is not in it. */
export interface Range {
  start: number
  end: number
}

/**
 * Reads a request's Range header (RFC 9110, 14.2).
 *
 * @returns undefined when the whole file is asked for, or several parts at once, which a server may answer so; "none"
 * when nothing of what is asked for is there
 */
export function readRange(header: string | null, size: number): Range | "none" | undefined {
  const [, first = "", last = ""] = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? "") ?? []
  if (first === "" && last === "") return undefined
  const start = first === "" ? Math.max(size - Number(last), 0) : Number(first)
  const end = first === "" || last === "" ? size : Math.min(Number(last) + 1, size)
  if (first !== "" && last !== "" && Number(last) < Number(first)) return undefined
  return start < end ? { start, end } : "none"
}
