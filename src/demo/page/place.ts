import { useEffect, useState } from "preact/hooks"

/** What the page shows, as its address after the `#` says. */
export type Place = { name: "rooms" } | { name: "live" } | { name: "conference" } | { name: "room"; roomId: number }

export function placeOf(hash: string): Place {
  const [, roomId] = /^#\/room\/([1-9]\d{0,15})$/.exec(hash) ?? []
  if (roomId) return { name: "room", roomId: Number(roomId) }
  if (hash === "#/live") return { name: "live" }
  return hash === "#/conference" ? { name: "conference" } : { name: "rooms" }
}

export const addresses = {
  rooms: "#/",
  live: "#/live",
  conference: "#/conference",
  room: (roomId: number | string) => `#/room/${roomId}`,
}

export const go = (address: string) => {
  location.hash = address
}

/** Where the reader is; follows links and the browser's own back and forth. */
export function usePlace(): Place {
  const [place, set] = useState(() => placeOf(location.hash))
  useEffect(() => {
    const follow = () => set(placeOf(location.hash))
    addEventListener("hashchange", follow)
    return () => removeEventListener("hashchange", follow)
  }, [])
  return place
}
