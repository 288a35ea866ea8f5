import { useState } from "preact/hooks"
import { askToSignIn } from "../account/door.ts"
import { brief, count, words } from "../language/language.ts"
import { Icon } from "../parts/icon.tsx"
import type { Seat } from "./seat.ts"

interface Props {
  seat: Seat
  mayGive: boolean
  openGifts(): void
}

/** Where one speaks, gives and lights stars. */
export function Composer({ seat, mayGive, openGifts }: Props) {
  const [text, setText] = useState("")
  const { conversation, state } = seat
  if (state === undefined) {
    return (
      <div class="composer">
        <button type="button" class="primary wide" onClick={askToSignIn}>
          {words.signInToChat}
        </button>
      </div>
    )
  }
  const isOpen = state === "open"
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    if (text.trim() !== "" && seat.say(text.trim())) setText("")
  }
  return (
    <div class="composer">
      <form class="say" onSubmit={submit}>
        <input
          name="message"
          value={text}
          maxLength={200}
          autocomplete="off"
          enterkeyhint="send"
          aria-label={words.saySomething}
          placeholder={conversation.isGagged ? words.gagged : words.saySomething}
          disabled={!isOpen || conversation.isGagged}
          onInput={(event) => setText(event.currentTarget.value)}
        />
        <button type="submit" class="round" aria-label={words.send} disabled={!isOpen || text.trim() === ""}>
          <Icon name="send" />
        </button>
      </form>
      {mayGive && (
        <button type="button" class="round gift-button" aria-label={words.gifts} disabled={!isOpen} onClick={openGifts}>
          <Icon name="gift" />
        </button>
      )}
      <button
        type="button"
        class="round star-button"
        aria-label={words.giveStar}
        disabled={!isOpen}
        onClick={seat.star}
      >
        <Icon name="star" />
        {conversation.stars > 0 && (
          <span class="star-count">
            <span aria-hidden="true">{brief(conversation.stars)}</span>
            <span class="aside">{words.starsGiven(count(conversation.stars))}</span>
          </span>
        )}
      </button>
    </div>
  )
}
