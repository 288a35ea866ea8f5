import type { Totals, Viewer } from "../api/answers.ts"
import { type Frame, mtype, numberIn, textIn } from "./frames.ts"

/** A line of the chat. */
export type Line = { id: number } & (
  | { kind: "chat"; who: Viewer; text: string }
  | { kind: "gift"; who: Viewer; gift: string; number: number; combo: number }
  | { kind: "entered"; who: Viewer }
  | { kind: "notice" | "violation"; text: string }
  | { kind: "refused"; code: number }
  | { kind: "hostLeft" | "hostEntered" | "gagged" | "gagCancelled" | "missed" }
)

/** What a reader knows of a room by what they heard in it. */
export interface Conversation {
  lines: Line[]
  /** The audience without the host, and those of it who are known by name, the newest first. */
  count: number
  audience: Viewer[]
  /** Rice earned in the room so far. */
  rice: number
  /** Stars given since the reader came; one more is a heart that rises. */
  stars: number
  isGagged: boolean
  isHostAway: boolean
  ended: Totals | undefined
  /** Gifts shown already: a gift may be told twice. */
  gifts: number[]
  written: number
}

export const silence: Conversation = {
  lines: [],
  count: 0,
  audience: [],
  rice: 0,
  stars: 0,
  isGagged: false,
  isHostAway: false,
  ended: undefined,
  gifts: [],
  written: 0,
}

/** More is forgotten, the oldest first. */
const linesMax = 200
const giftsMax = 200
const audienceMax = 50

/** What is said of words from the stage to who is not there, or by who is not there any more. */
const unheard = new Set([39, 73])

/** What is known after one more frame; a frame that this page does not know changes nothing. */
export function hear(before: Conversation, frame: Frame): Conversation {
  switch (frame.mtype) {
    case mtype.snapshot:
      return enter(before, frame)
    case mtype.chat:
      return write(before, { kind: "chat", who: viewerIn(frame), text: textIn(frame, "msg") })
    case mtype.gift:
      return receive(before, frame)
    case mtype.star:
      return { ...before, stars: before.stars + Math.max(1, numberIn(frame, "count")) }
    case mtype.refused:
      return unheard.has(numberIn(frame, "err"))
        ? before
        : write(before, { kind: "refused", code: numberIn(frame, "err") })
    case mtype.closed:
      return { ...before, ended: totalsIn(frame) }
    case mtype.notice:
      return write(before, { kind: "notice", text: textIn(frame, "notice") })
    case mtype.violation:
      return write(before, { kind: "violation", text: textIn(frame, "notice") })
    case mtype.gagged:
      return write({ ...before, isGagged: true }, { kind: "gagged" })
    case mtype.gagCancelled:
      return write({ ...before, isGagged: false }, { kind: "gagCancelled" })
    case mtype.hostLeft:
      return write({ ...before, isHostAway: true }, { kind: "hostLeft" })
    case mtype.hostEntered:
      return write({ ...before, isHostAway: false }, { kind: "hostEntered" })
    case mtype.entered:
      return write(meet(before, [viewerIn(frame)]), { kind: "entered", who: viewerIn(frame) })
    case mtype.left:
      return { ...before, audience: before.audience.filter(({ Uid }) => Uid !== numberIn(frame, "uid")) }
    case mtype.audience:
      return { ...before, count: numberIn(frame, "count") }
    default:
      return before
  }
}

/** Adds people who are known to be here. */
export function meet(before: Conversation, people: Viewer[]): Conversation {
  const known = new Set(people.map(({ Uid }) => Uid))
  const others = before.audience.filter(({ Uid }) => !known.has(Uid))
  return { ...before, audience: [...people, ...others].slice(0, audienceMax) }
}

function enter(before: Conversation, frame: Frame): Conversation {
  const after = {
    ...before,
    count: numberIn(frame, "count"),
    rice: numberIn(frame, "rice"),
    isGagged: frame["gagged"] === true,
  }
  const isBack = before.written > 0
  return isBack && frame["recovered"] !== true ? write(after, { kind: "missed" }) : after
}

function receive(before: Conversation, frame: Frame): Conversation {
  const id = numberIn(frame, "id")
  if (before.gifts.includes(id)) return before
  const after = {
    ...before,
    gifts: [...before.gifts, id].slice(-giftsMax),
    rice: numberIn(frame, "room_rice") || before.rice,
  }
  return write(after, {
    kind: "gift",
    who: viewerIn(frame),
    gift: textIn(frame, "gift_name"),
    number: numberIn(frame, "num"),
    combo: numberIn(frame, "combo"),
  })
}

/** A union's members each without the id, which is given here. */
type Unwritten = Line extends infer One ? (One extends Line ? Omit<One, "id"> : never) : never

function write(before: Conversation, line: Unwritten): Conversation {
  const written = before.written + 1
  return { ...before, written, lines: [...before.lines, { ...line, id: written } as Line].slice(-linesMax) }
}

const viewerIn = (frame: Frame): Viewer => ({
  Uid: numberIn(frame, "uid"),
  NickName: textIn(frame, "nick_name"),
  Image: textIn(frame, "image"),
})

const totalsIn = (frame: Frame): Totals => ({
  time: numberIn(frame, "time"),
  count: textIn(frame, "count"),
  rice: textIn(frame, "rice"),
})
