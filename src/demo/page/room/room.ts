import { useEffect, useState } from "preact/hooks"
import type { Person, RoomInfo } from "../api/answers.ts"
import { call, reasonOf } from "../api/call.ts"

export interface Room {
  info: RoomInfo
  host: Person
}

export type Loaded = { room: Room; error?: never } | { room?: never; error: string } | undefined

/** How often a reader without a seat asks whether the room is still on the air, in milliseconds. */
const every = 10_000

/** A room and its host; undefined until they are known. */
export function useRoom(roomId: number): Loaded {
  const [loaded, set] = useState<Loaded>()
  useEffect(() => {
    let isOver = false
    const show = (next: Loaded) => !isOver && set(next)
    set(undefined)
    loadRoom(roomId).then(
      (room) => show({ room }),
      (reason) => show({ error: reasonOf(reason) }),
    )
    return () => {
      isOver = true
    }
  }, [roomId])
  return loaded
}

async function loadRoom(rid: number): Promise<Room> {
  const { info } = await call<{ info: RoomInfo }>("GET", "/room_info", { rid })
  const { user } = await call<{ user: Person }>("GET", "/look_info", { uid: info.OwnerId })
  return { info, host: user }
}

/** Whether a room that was on the air is over, for whoever has no seat in it and so does not hear of it. */
export function useIsOver(roomId: number, isAsking: boolean): boolean {
  const [isOver, set] = useState(false)
  useEffect(() => {
    if (!isAsking || isOver) return
    const timer = setInterval(() => {
      call<{ info: RoomInfo }>("GET", "/room_info", { rid: roomId }).then(
        ({ info }) => set(info.Statue === 0),
        () => {},
      )
    }, every)
    return () => clearInterval(timer)
  }, [roomId, isAsking, isOver])
  return isOver
}
