import { useEffect, useState } from "preact/hooks"
import type { Totals } from "../api/answers.ts"
import { account } from "../api/session.ts"
import { useCell } from "../cell.ts"
import { Stage } from "../conference/stage.tsx"
import { useConference } from "../conference/use_conference.ts"
import { words } from "../language/language.ts"
import { Desk } from "../live/desk.tsx"
import { addresses } from "../place.ts"
import { reachable } from "../player/address.ts"
import { Player } from "../player/player.tsx"
import { Replay } from "../player/replay.tsx"
import { Chat } from "./chat.tsx"
import { Ending } from "./ending.tsx"
import { GiftBanner } from "./gift_banner.tsx"
import { RisingStars } from "./rising_stars.tsx"
import { type Room, useIsOver, useRoom } from "./room.ts"
import { useSeat } from "./seat.ts"
import { TopBar } from "./top_bar.tsx"

/** One room, from its id alone. */
export function RoomPage({ roomId }: { roomId: number }) {
  const loaded = useRoom(roomId)
  if (loaded?.room) return <RoomView room={loaded.room} />
  return (
    <div class="page">
      {loaded ? (
        <section class="empty">
          <p role="alert">{loaded.error}</p>
          <a class="plain" href={addresses.rooms}>
            {words.backToRooms}
          </a>
        </section>
      ) : (
        <p class="hint" role="status">
          {words.loading}
        </p>
      )}
    </div>
  )
}

/** The codes with which a socket says that the broadcast is over. */
const overCodes = new Set([4, 5, 35, 47])

function RoomView({ room: { info, host } }: { room: Room }) {
  const mine = useCell(account)
  const isReplay = info.Statue === 0
  const isHost = mine?.uid === info.OwnerId
  const [shape, setShape] = useState<"portrait" | "landscape">("landscape")
  const [closed, setClosed] = useState<Totals>()
  // Nobody may enter a recording of their own, and there is no chat where nothing was kept.
  const hasChat = !isReplay || (!isHost && info.hls_url !== "")
  const seat = useSeat(info.RoomId, hasChat ? mine : undefined)
  const isUnseated = seat.state === undefined || seat.state === "ended"
  const { conversation, code } = seat
  const isToldOver = closed !== undefined || conversation.ended !== undefined || overCodes.has(code ?? 0)
  const isOver = useIsOver(info.RoomId, !isReplay && isUnseated && !isToldOver) || isToldOver
  const { isConference, pass } = useConference(info.RoomId, !isReplay && !isOver ? mine?.uid : undefined, seat.mailbox)
  const title = info.RoomName || words.roomOf(host.NickName)
  useEffect(() => {
    document.title = `${title} · ${words.product}`
  }, [title])

  return (
    <div class="room" data-shape={shape} data-host={isHost && !isReplay && !isOver} data-stage={pass !== undefined}>
      <div class="stage">
        <TopBar info={info} host={host} title={title} isHost={isHost} isOver={isOver} seat={seat} closed={setClosed} />
        {isReplay || isOver ? (
          <Past info={info} isOver={isOver} totals={closed ?? conversation.ended} />
        ) : pass && mine ? (
          <Stage pass={pass} seat={seat} mine={mine} isHost={isHost} />
        ) : (
          <Player
            sources={{ flv: reachable(info.flv_url, location), hls: reachable(info.hls_url, location) }}
            isOwn={isHost}
            shaped={setShape}
          >
            <GiftBanner lines={conversation.lines} />
            <RisingStars stars={conversation.stars} />
          </Player>
        )}
        {isHost && !isReplay && !isOver && isConference === false && <Desk roomId={info.RoomId} />}
      </div>
      {hasChat && <Chat room={info} seat={seat} isHost={isHost} isOver={isOver} />}
    </div>
  )
}

interface PastProps {
  info: Room["info"]
  isOver: boolean
  totals: Totals | undefined
}

/** What there is to see of a room that is over. */
function Past({ info, isOver, totals }: PastProps) {
  if (!isOver && info.hls_url !== "") return <Replay address={reachable(info.hls_url, location)} />
  return (
    <div class="player">
      <Ending totals={totals} />
    </div>
  )
}
