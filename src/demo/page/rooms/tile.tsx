import { useState } from "preact/hooks"
import type { RoomRow } from "../api/answers.ts"
import { brief, words } from "../language/language.ts"
import { Avatar, hueOf, initialOf } from "../parts/avatar.tsx"
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
        <Cover row={row} />
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

function Cover({ row: { cover, nick_name } }: { row: RoomRow }) {
  const [isBroken, setBroken] = useState(false)
  if (/^https?:\/\//.test(cover) && !isBroken) {
    return (
      <img
        class="cover"
        src={cover}
        alt=""
        loading="lazy"
        referrerpolicy="no-referrer"
        onError={() => setBroken(true)}
      />
    )
  }
  return (
    <span class="cover drawn" style={{ "--hue": hueOf(nick_name) }} aria-hidden="true">
      {initialOf(nick_name)}
    </span>
  )
}
