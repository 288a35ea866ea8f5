import { useEffect, useRef, useState } from "preact/hooks"
import type { ChatInfo } from "../api/answers.ts"
import { call } from "../api/call.ts"
import { type Account, endSession } from "../api/session.ts"
import { heardInvitation } from "../conference/invitation.ts"
import { sentenceOf } from "../language/codes.ts"
import { type Channel, type ChannelState, openChannel } from "./channel.ts"
import { type Conversation, hear, meet, silence } from "./conversation.ts"
import { mtype } from "./frames.ts"
import { createMailbox, type Mailbox } from "./mailbox.ts"

/** A reader's seat in a room: what was heard there, and what they can do. */
export interface Seat {
  conversation: Conversation
  /** Undefined for who is not signed in. */
  state: ChannelState | undefined
  /** Why the server sent the reader away, where it said so. */
  code: number | undefined
  /** @returns false when nothing can be said just now */
  say(text: string): boolean
  star(): void
  /** For what else is said in a room; the same as long as the seat's owner looks at the page. */
  mailbox: Mailbox
  /** Takes the seat again that another window of the reader's has taken. */
  takeBack(): void
}

/** After these the token is of no use any more. */
export const signedOut = new Set([7, 9, 24, 42, 60])

/** @param mine who sits down; undefined for nobody */
export function useSeat(roomId: number, mine: Account | undefined): Seat {
  const [conversation, setConversation] = useState(silence)
  const [state, setState] = useState<ChannelState>()
  const [code, setCode] = useState<number>()
  const [tries, setTries] = useState(0)
  const channel = useRef<Channel>(undefined)
  const [{ mailbox, heard }] = useState(() => createMailbox((frame) => channel.current?.send(frame) ?? false))
  const { token, uid } = mine ?? {}

  // A name that changes opens no new channel.
  useEffect(() => {
    setConversation(silence)
    setCode(undefined)
    setState(undefined)
    if (!mine) return
    const opened = openChannel(roomId, mine, {
      frame(frame) {
        setConversation((before) => hear(before, frame))
        heardInvitation(frame)
        heard(frame)
        if (frame.mtype === mtype.snapshot) void meetAudience(roomId, setConversation)
      },
      state(next, why) {
        setState(next)
        setCode(why)
        if (why !== undefined && signedOut.has(why)) endSession(mine.token, sentenceOf(why))
      },
    })
    channel.current = opened
    return () => {
      opened.close()
      channel.current = undefined
    }
  }, [roomId, token, uid, tries])

  return {
    conversation,
    state,
    code,
    say: (msg) => mailbox.send({ mtype: mtype.chat, msg }),
    star: () => void mailbox.send({ mtype: mtype.star }),
    mailbox,
    takeBack: () => setTries(tries + 1),
  }
}

type Change = (change: (before: Conversation) => Conversation) => void

/** The frames tell who comes; who was there before is asked for. */
async function meetAudience(rid: number, change: Change): Promise<void> {
  try {
    const { info } = await call<ChatInfo>("GET", "/chat_info", { rid })
    change((before) => meet(before, info))
  } catch {
    // Their faces are missing; nothing else is.
  }
}
