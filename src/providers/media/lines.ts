import type { MediaProvider, MediaProviderName } from "./index.ts"

/** Who carries which line. */
export interface MediaLines {
  /** The provider of a line; of a line that is not configured any more, the first one's. */
  on(line: number): MediaProvider
  named(name: string): MediaProvider | undefined
  /** Every configured provider once. */
  all: MediaProvider[]
}

/** @param names the provider of line 1, of line 2 and so on @param make makes each once */
export function mediaLines(names: MediaProviderName[], make: (name: MediaProviderName) => MediaProvider): MediaLines {
  const made = new Map(names.map((name) => [name, undefined as MediaProvider | undefined]))
  for (const name of made.keys()) made.set(name, make(name))
  const all = [...made.values()].filter((one) => one !== undefined)
  const first = all[0]
  if (!first) throw new Error("No line of video is configured.")
  const byLine = names.map((name) => made.get(name) ?? first)
  return { all, on: (line) => byLine[line - 1] ?? first, named: (name) => all.find((one) => one.name === name) }
}
