import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks"
import { words } from "../language/language.ts"
import { ChatLine } from "./chat_line.tsx"
import type { Line } from "./conversation.ts"

interface Props {
  lines: Line[]
  hostId: number
  mayMute: boolean
}

/** A reader this close to the end, in pixels, goes on following it. */
const nearEnd = 48

/** What was said, the newest at the end; a reader who scrolls back is left there. */
export function ChatLog({ lines, hostId, mayMute }: Props) {
  const log = useRef<HTMLDivElement>(null)
  const [isFollowing, follow] = useState(true)
  const last = lines.at(-1)?.id
  useLayoutEffect(() => {
    if (isFollowing) log.current?.scrollTo({ top: log.current.scrollHeight })
  }, [last, isFollowing])
  useEffect(() => {
    const element = log.current
    if (!element || !isFollowing) return
    const watch = new ResizeObserver(() => element.scrollTo({ top: element.scrollHeight }))
    watch.observe(element)
    return () => watch.disconnect()
  }, [isFollowing])
  const read = () => {
    const { scrollTop, scrollHeight, clientHeight } = log.current ?? { scrollTop: 0, scrollHeight: 0, clientHeight: 0 }
    follow(scrollHeight - scrollTop - clientHeight < nearEnd)
  }
  return (
    <div class="log-frame">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: who has no mouse scrolls it by the keys. */}
      <div class="log" role="log" aria-label={words.chat} tabIndex={0} ref={log} onScroll={read}>
        {lines.length === 0 && <p class="line quiet">{words.quietChat}</p>}
        {lines.map((line) => (
          <ChatLine line={line} hostId={hostId} mayMute={mayMute} key={line.id} />
        ))}
      </div>
      {!isFollowing && (
        <button type="button" class="to-end" onClick={() => follow(true)}>
          {words.newMessages} ↓
        </button>
      )}
    </div>
  )
}
