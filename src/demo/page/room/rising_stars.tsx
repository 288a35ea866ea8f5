import { useEffect, useRef, useState } from "preact/hooks"

interface Star {
  id: number
  hue: number
  /** How far it drifts to the side, in percent. */
  drift: number
}

/** More do not fit on the screen, nor in a slow phone's time. */
const atOnce = 12

/** Rises a star for each that is given. */
export function RisingStars({ stars }: { stars: number }) {
  const [rising, setRising] = useState<Star[]>([])
  const seen = useRef(stars)
  useEffect(() => {
    const fresh = Math.min(atOnce, stars - seen.current)
    const first = stars - fresh
    seen.current = stars
    if (fresh <= 0) return
    const born = Array.from({ length: fresh }, (_, at) => newStar(first + at))
    setRising((before) => [...before, ...born].slice(-atOnce))
  }, [stars])
  const gone = (id: number) => setRising((before) => before.filter((one) => one.id !== id))
  return (
    <div class="rising-stars" aria-hidden="true">
      {rising.map(({ id, hue, drift }) => (
        <span
          class="rising-star"
          key={id}
          style={{ "--hue": hue, "--drift": `${drift}%` }}
          onAnimationEnd={() => gone(id)}
        >
          ★
        </span>
      ))}
    </div>
  )
}

const newStar = (id: number): Star => ({
  id,
  hue: Math.floor(Math.random() * 60) + 330,
  drift: Math.round(Math.random() * 160 - 80),
})
