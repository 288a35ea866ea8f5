import { useEffect, useState } from "preact/hooks"
import { count, words } from "../language/language.ts"
import { Avatar } from "../parts/avatar.tsx"
import type { Line } from "./conversation.ts"
import { glyphOf } from "./gift_glyph.ts"

/** How long a gift is celebrated, in milliseconds. */
const shown = 4_000

/** Celebrates the latest gift; the chat's log tells it to screen readers. */
export function GiftBanner({ lines }: { lines: Line[] }) {
  const latest = lines.findLast((line) => line.kind === "gift")
  const [past, setPast] = useState(latest?.id)
  const id = latest?.id
  useEffect(() => {
    if (id === undefined) return
    const timer = setTimeout(() => setPast(id), shown)
    return () => clearTimeout(timer)
  }, [id])
  if (latest?.kind !== "gift" || latest.id === past) return null
  const { who, gift, number, combo } = latest
  return (
    <div class="gift-banner" aria-hidden="true">
      <Avatar name={who.NickName} image={who.Image} />
      <span class="gift-names">
        <strong>{who.NickName}</strong>
        <span>{words.sentGift(gift, count(number))}</span>
      </span>
      <span class="gift-glyph">{glyphOf(gift)}</span>
      {combo > number && (
        <span class="combo" key={combo}>
          ×{count(combo)}
        </span>
      )}
    </div>
  )
}
