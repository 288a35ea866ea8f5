import type { Person, RoomInfo, Totals } from "../api/answers.ts"
import { brief, count, words } from "../language/language.ts"
import { Avatar } from "../parts/avatar.tsx"
import { Icon } from "../parts/icon.tsx"
import { addresses } from "../place.ts"
import { EndButton } from "./end_button.tsx"
import type { Seat } from "./seat.ts"

interface Props {
  info: RoomInfo
  host: Person
  title: string
  isHost: boolean
  isOver: boolean
  seat: Seat
  closed(totals: Totals): void
}

/** Faces shown of the audience. */
const faces = 4

/** Whose room it is, and who is in it. */
export function TopBar({ info, host, title, isHost, isOver, seat, closed }: Props) {
  const { conversation, state } = seat
  const isLive = info.Statue === 1 && !isOver
  return (
    <header class="top-bar">
      <a class="round" href={addresses.rooms} aria-label={words.backToRooms}>
        <Icon name="back" />
      </a>
      <div class="host">
        <Avatar name={host.NickName} image={host.Image} size="large" />
        <div class="host-names">
          <h1>{title}</h1>
          <p>
            {isLive && <span class="badge live">{words.live}</span>}
            <span class="clipped">
              {host.NickName} · {words.fans(brief(host.Fans))}
            </span>
          </p>
        </div>
      </div>
      {state !== undefined && (
        <div class="crowd">
          <span class="pill rice" title={words.riceEarned}>
            <span aria-hidden="true">🌾</span>
            <span class="aside">{words.riceEarned}: </span>
            {count(conversation.rice)}
          </span>
          <span class="faces" aria-hidden="true">
            {conversation.audience.slice(0, faces).map(({ Uid, NickName, Image }) => (
              <Avatar name={NickName} image={Image} key={Uid} />
            ))}
          </span>
          <span class="pill audience" title={words.audience}>
            <Icon name="people" />
            <span aria-hidden="true">{brief(conversation.count)}</span>
            <span class="aside">{words.viewers(count(conversation.count))}</span>
          </span>
        </div>
      )}
      {isHost && isLive && <EndButton roomId={info.RoomId} closed={closed} />}
    </header>
  )
}
