import { useState } from "preact/hooks"

interface Props {
  name: string
  image: string
  size?: "small" | "large"
}

/** A person's picture, or the first letter of their name on a colour of its own. */
export function Avatar({ name, image, size = "small" }: Props) {
  const [isBroken, setBroken] = useState(false)
  const hasPicture = /^https?:\/\//.test(image) && !isBroken
  return (
    <span class={`avatar ${size}`} style={{ "--hue": hueOf(name) }} aria-hidden="true">
      {hasPicture ? (
        <img src={image} alt="" loading="lazy" referrerpolicy="no-referrer" onError={() => setBroken(true)} />
      ) : (
        initialOf(name)
      )}
    </span>
  )
}

/** The same name has the same colour everywhere; degrees. */
export const hueOf = (name: string): number =>
  [...name].reduce((sum, letter) => sum * 31 + (letter.codePointAt(0) ?? 0), 7) % 360

/** Given names are all alike but for their number. */
export const initialOf = (name: string): string => {
  const [, number] = /^大米(\d+)$/.exec(name) ?? []
  return number ? number.slice(-2) : ([...name][0] ?? "?").toUpperCase()
}
