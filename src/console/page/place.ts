import { useEffect, useState } from "preact/hooks"

/** The parts of the console, as its address after the `#` says, and what of them is shown. */
export interface Place {
  part: Part
  /** A list of the part's, or the number of a person. */
  detail: string
}

export const parts = ["rooms", "people", "reviews", "money", "catalog", "log"] as const
export type Part = (typeof parts)[number]

export const addressOf = (part: Part, detail = "") => `#/${part}${detail && `/${detail}`}`

function placeFrom(hash: string): Place | undefined {
  const [, name, detail = ""] = hash.split("/")
  const part = parts.find((one) => one === name)
  return part && { part, detail }
}

/** Where the reader is; undefined where the address says nothing. */
export function usePlace(): Place | undefined {
  const [hash, setHash] = useState(location.hash)
  useEffect(() => {
    const follow = () => setHash(location.hash)
    addEventListener("hashchange", follow)
    return () => removeEventListener("hashchange", follow)
  }, [])
  return placeFrom(hash)
}
