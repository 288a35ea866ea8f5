import { useEffect, useRef, useState } from "preact/hooks"
import { Door } from "./account/sign_in.tsx"
import { refreshAccount } from "./api/account.ts"
import { account, farewell } from "./api/session.ts"
import { useCell } from "./cell.ts"
import { InvitationDialog } from "./conference/invitation_dialog.tsx"
import { useLobby } from "./conference/lobby.ts"
import { OpeningPage } from "./conference/opening_page.tsx"
import { Footer } from "./footer.tsx"
import { Header } from "./header.tsx"
import { Journal } from "./journal/journal.tsx"
import { words } from "./language/language.ts"
import { LivePage } from "./live/live_page.tsx"
import { say, Toast } from "./parts/toast.tsx"
import { type Place, usePlace } from "./place.ts"
import { RoomPage } from "./room/room_page.tsx"
import { RoomsPage } from "./rooms/rooms_page.tsx"

/** The whole page. */
export function App() {
  const place = usePlace()
  const main = useRef<HTMLElement>(null)
  const isFirst = useRef(true)
  const [hasJournal, showJournal] = useState(false)
  useFarewell()
  useLobby()
  useEffect(() => {
    void refreshAccount().catch(() => {})
  }, [])
  // A reader who follows a link goes on reading where it leads.
  const key = place.name === "room" ? `room ${place.roomId}` : place.name
  useEffect(() => {
    if (!isFirst.current) main.current?.focus({ preventScroll: true })
    isFirst.current = false
    scrollTo(0, 0)
  }, [key])
  return (
    <div class="shell" data-place={place.name} data-journal={hasJournal}>
      <button type="button" class="skip" onClick={() => main.current?.focus()}>
        {words.skip}
      </button>
      <Header place={place} hasJournal={hasJournal} toggleJournal={() => showJournal(!hasJournal)} />
      <main id="main" ref={main} tabIndex={-1}>
        <Page place={place} key={key} />
      </main>
      {place.name !== "room" && <Footer />}
      {hasJournal && <Journal close={() => showJournal(false)} />}
      <Door />
      <InvitationDialog />
      <Toast />
    </div>
  )
}

function Page({ place }: { place: Place }) {
  switch (place.name) {
    case "rooms":
      return <RoomsPage />
    case "live":
      return <LivePage />
    case "conference":
      return <OpeningPage />
    case "room":
      return <RoomPage roomId={place.roomId} />
  }
}

/** Tells why a session ended that the reader did not end. */
function useFarewell() {
  const why = useCell(farewell)
  const mine = useCell(account)
  useEffect(() => {
    if (why && !mine) say(why, true)
  }, [why, mine])
}
