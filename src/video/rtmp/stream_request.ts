import type { StreamRequest } from "../packet.ts"
import { type Command, objectOf, textAt } from "./command.ts"

/** The one application: streams are at `rtmp://HOST/live/NAME`. */
const application = "live"
const queryMost = 4_096
const nameForm = /^[\w.-]{1,128}$/

/** Where a client connected to. */
export interface Door {
  /** Of the application or else of the whole address; it is added to that of the stream's name. */
  query: string
}

/** Where `connect` leads to; undefined when it is not here. */
export function doorOf(connect: Command): Door | undefined {
  const { app, tcUrl } = objectOf(connect)
  if (typeof app !== "string") return undefined
  const [name, query] = split(app)
  if (name !== application && name !== `${application}/`) return undefined
  return { query: query || (typeof tcUrl === "string" ? split(tcUrl)[1] : "") }
}

/**
 * What `publish` or `play` asks for. The name ends at its first `?`; what is behind it comes before the door's query, so
 * that it counts where both have a name.
 *
 * @param from the client's address
 * @returns undefined when no stream can have that name
 */
export function requestIn(command: Command, door: Door, from: string): StreamRequest | undefined {
  const [name, query] = split(textAt(command, 1) ?? "")
  if (!nameForm.test(name) || query.length + door.query.length > queryMost) return undefined
  return { name, query: new URLSearchParams([query, door.query].filter((part) => part !== "").join("&")), from }
}

/** What is before the first `?`, and what is behind it. */
function split(text: string): [string, string] {
  const at = text.indexOf("?")
  return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)]
}
