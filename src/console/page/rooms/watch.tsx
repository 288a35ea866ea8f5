import { useMemo } from "preact/hooks"
import { count } from "../../../demo/page/language/language.ts"
import { Modal } from "../../../demo/page/parts/modal.tsx"
import { reachable } from "../../../demo/page/player/address.ts"
import { Player } from "../../../demo/page/player/player.tsx"
import type { RoomNow } from "../api/answers.ts"
import { words } from "../language/words.ts"

interface Props {
  room: RoomNow
  close(): void
  /** Asks to close the room; undefined for who may not. */
  closeRoom: (() => void) | undefined
}

/** What a room shows, above the wall. */
export function Watch({ room, close, closeRoom }: Props) {
  const { flv_url, hls_url } = room
  const sources = useMemo(
    () => ({ flv: reachable(flv_url, location), hls: reachable(hls_url, location) }),
    [flv_url, hls_url],
  )
  return (
    <Modal title={room.room_name || room.nick_name} close={close}>
      <div class="screen">
        <Player sources={sources} isOwn={false} shaped={() => {}} />
      </div>
      <p class="lead">{[room.nick_name, words.viewers(count(room.count)), words.rice(count(room.rice))].join(" · ")}</p>
      {closeRoom && (
        <div class="choices">
          <button type="button" class="danger" onClick={closeRoom}>
            {words.closeRoom}
          </button>
        </div>
      )}
    </Modal>
  )
}
