import { useState } from "preact/hooks"
import type { RoomInfo } from "../api/answers.ts"
import { sentenceOf } from "../language/codes.ts"
import { words } from "../language/language.ts"
import { ChatLog } from "./chat_log.tsx"
import { Composer } from "./composer.tsx"
import { GiftPanel } from "./gift_panel.tsx"
import type { Seat } from "./seat.ts"

interface Props {
  room: RoomInfo
  seat: Seat
  isHost: boolean
  isOver: boolean
}

/** What is said in a room, and what one says oneself. */
export function Chat({ room, seat, isHost, isOver }: Props) {
  const [hasGifts, showGifts] = useState(false)
  const { conversation } = seat
  return (
    <section class="chat" aria-label={words.chat}>
      {!isOver && <Standing seat={seat} />}
      <ChatLog lines={conversation.lines} hostId={room.OwnerId} mayMute={isHost && room.Statue === 1 && !isOver} />
      {!isOver && <Composer seat={seat} mayGive={!isHost && room.Statue === 1} openGifts={() => showGifts(true)} />}
      {hasGifts && !isOver && <GiftPanel hostId={room.OwnerId} close={() => showGifts(false)} />}
    </section>
  )
}

/** The code with which a socket is sent away that another one of the same account replaces. */
const takenOver = 48

/** How the reader's connection stands, where that is worth a word. */
function Standing({ seat: { state, code, takeBack } }: { seat: Seat }) {
  if (state === "connecting") return <p class="chat-state">{words.connecting}</p>
  if (state === "lost") return <p class="chat-state">{words.reconnecting}</p>
  if (code === undefined) return null
  return (
    <p class="chat-state">
      {sentenceOf(code)}{" "}
      {code === takenOver && (
        <button type="button" class="link" onClick={takeBack}>
          {words.continueHere}
        </button>
      )}
    </p>
  )
}
