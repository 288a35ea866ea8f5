/** The room that a stream's name stands for. */
export const roomNamed = (name: string): number | undefined => (/^[1-9]\d{0,14}$/.test(name) ? Number(name) : undefined)

/** The fields of a form. Of a repeated name the first value counts. */
export const formIn = (body: Uint8Array) => new URLSearchParams(new TextDecoder().decode(body))

/** Undefined for what is no JSON. */
export function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Seconds as servers write them, at most a month; undefined for anything else. */
export function secondsIn(text: string | null): number | undefined {
  const seconds = Number(text || Number.NaN)
  return seconds >= 0 && seconds <= 31 * 24 * 3_600 ? seconds : undefined
}
