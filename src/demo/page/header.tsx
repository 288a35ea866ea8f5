import { askToSignIn } from "./account/door.ts"
import { signOut } from "./api/account.ts"
import { account } from "./api/session.ts"
import { useCell } from "./cell.ts"
import { words } from "./language/language.ts"
import { Avatar } from "./parts/avatar.tsx"
import { Icon } from "./parts/icon.tsx"
import { addresses, type Place } from "./place.ts"

interface Props {
  place: Place
  hasJournal: boolean
  toggleJournal(): void
}

export function Header({ place, hasJournal, toggleJournal }: Props) {
  const mine = useCell(account)
  return (
    <header class="header">
      <a class="brand" href={addresses.rooms} aria-current={place.name === "rooms" ? "page" : undefined}>
        <span class="mark" aria-hidden="true" />
        {words.product}
      </a>
      <nav class="header-nav">
        <button
          type="button"
          class="round"
          aria-label={words.journal}
          aria-pressed={hasJournal}
          title={words.journal}
          onClick={toggleJournal}
        >
          <Icon name="code" />
        </button>
        <a class="primary" href={addresses.live} aria-current={place.name === "live" ? "page" : undefined}>
          <Icon name="video" />
          {words.goLive}
        </a>
        {mine ? (
          <>
            <button type="button" class="me" popovertarget="me" aria-label={words.signedInAs(mine.nickName)}>
              <Avatar name={mine.nickName} image={mine.image} size="large" />
            </button>
            <div class="me-menu" id="me" popover="auto">
              <p class="me-name">{mine.nickName}</p>
              <p class="hint">uid {mine.uid}</p>
              <button type="button" class="plain" onClick={() => void signOut()}>
                {words.signOut}
              </button>
            </div>
          </>
        ) : (
          <button type="button" class="plain" onClick={askToSignIn}>
            {words.signIn}
          </button>
        )}
      </nav>
    </header>
  )
}
