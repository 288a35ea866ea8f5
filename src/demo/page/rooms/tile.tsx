import type { RoomRow } from "../api/answers.ts"
import { brief, words } from "../language/language.ts"
import { Avatar } from "../parts/avatar.tsx"
import { Cover } from "../parts/cover.tsx"
import { Icon } from "../parts/icon.tsx"
import { addresses } from "../place.ts"

interface Props {
  row: RoomRow
  isLive: boolean
  isConference?: boolean
}

/** One room of a list. */
export function Tile({ row, isLive, isConference = false }: Props) {
  const { room_id, room_name, nick_name, image, count } = row
  const people = brief(count)
  const title = room_name || words.roomOf(nick_name)
  return (
    <li>
      <a class="tile" href={addresses.room(room_id)}>
        <Cover pictures={[row.cover]} name={nick_name} />
        <span class="tile-top">
          <span class={isLive ? "badge live" : "badge"}>{isLive ? words.live : words.replay}</span>
          {isConference && <span class="badge">{words.conference}</span>}
          <span class="badge">
            <Icon name="people" />
            <span aria-hidden="true">{people}</span>
            <span class="aside">{isLive ? words.watching(people) : words.watched(people)}</span>
          </span>
        </span>
        <span class="tile-foot">
          <Avatar name={nick_name} image={image} />
          <span class="tile-names">
            <strong>{title}</strong>
            <span>{nick_name}</span>
          </span>
        </span>
      </a>
    </li>
  )
}
