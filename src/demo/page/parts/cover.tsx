import { useState } from "preact/hooks"
import { hueOf, initialOf } from "./avatar.tsx"

interface Props {
  /** Addresses of pictures, the best first; empty where there is none. */
  pictures: string[]
  name: string
}

/** A room's picture, or one drawn from its host's name where there is none or it does not come. */
export function Cover({ pictures, name }: Props) {
  const [isBroken, setBroken] = useState(false)
  const picture = pictures.find((address) => /^https?:\/\//.test(address))
  if (picture && !isBroken) {
    return (
      <img
        class="cover"
        src={picture}
        alt=""
        loading="lazy"
        referrerpolicy="no-referrer"
        onError={() => setBroken(true)}
      />
    )
  }
  return (
    <span class="cover drawn" style={{ "--hue": hueOf(name) }} aria-hidden="true">
      {initialOf(name)}
    </span>
  )
}
