import { useEffect } from "preact/hooks"
import { useCell } from "../../demo/page/cell.ts"
import { Avatar } from "../../demo/page/parts/avatar.tsx"
import { Icon, type IconName } from "../../demo/page/parts/icon.tsx"
import { Toast } from "../../demo/page/parts/toast.tsx"
import type { Right } from "../../rights.ts"
import { SignIn } from "./account/sign_in.tsx"
import { refreshSession, signOut } from "./api/call.ts"
import { may, type Session, session } from "./api/session.ts"
import { CatalogPage } from "./catalog/catalog_page.tsx"
import { words } from "./language/words.ts"
import { LogPage } from "./log/log_page.tsx"
import { MoneyPage } from "./money/money_page.tsx"
import { FormWindow } from "./parts/form.tsx"
import { PeoplePage } from "./people/people_page.tsx"
import { addressOf, type Part, type Place, parts, usePlace } from "./place.ts"
import { ReviewsPage } from "./reviews/reviews_page.tsx"
import { RoomsPage } from "./rooms/rooms_page.tsx"

/** What a part is for: one of these rights opens it. */
const openedBy: Record<Part, { rights: Right[]; icon: IconName }> = {
  rooms: { rights: ["rooms.watch"], icon: "video" },
  people: { rights: ["users.see"], icon: "people" },
  reviews: { rights: ["real_names.review", "withdrawals.decide", "reports.settle"], icon: "check" },
  money: { rights: ["money.see", "outbox.retry"], icon: "diamond" },
  catalog: { rights: ["catalog.edit", "words.edit", "notices.edit", "switches.turn"], icon: "gift" },
  log: { rights: ["audit.read"], icon: "code" },
}

/** The whole console. */
export function App() {
  const mine = useCell(session)
  useEffect(() => void refreshSession(), [])
  if (mine === undefined) return null
  return (
    <>
      {mine ? <Console mine={mine} /> : <SignIn />}
      <Toast />
    </>
  )
}

function Console({ mine }: { mine: Session }) {
  const mayOpen = parts.filter((part) => may(...openedBy[part].rights))
  const asked = usePlace()
  const place = asked && mayOpen.includes(asked.part) ? asked : { part: mayOpen[0] ?? "rooms", detail: "" }
  const name = mine.uid === 0 ? words.byToken : mine.nick_name
  return (
    <div class="shell console">
      <header class="header">
        <a class="brand" href={addressOf(mayOpen[0] ?? "rooms")}>
          <span class="mark" aria-hidden="true" />
          {words.product}
        </a>
        <div class="header-nav">
          <button type="button" class="me" popovertarget="me" aria-label={words.signedInAs(name)}>
            <Avatar name={name} image={mine.image} size="large" />
          </button>
          <div class="me-menu" id="me" popover="auto">
            <p class="me-name">{name}</p>
            <p class="hint">{mine.roles.map((role) => words.roles[role] ?? role).join(", ") || words.everyRight}</p>
            <button type="button" class="plain" onClick={() => void signOut()}>
              {words.signOut}
            </button>
          </div>
        </div>
      </header>
      <nav class="parts" aria-label={words.parts}>
        {mayOpen.map((part) => (
          <a href={addressOf(part)} aria-current={part === place.part ? "page" : undefined} key={part}>
            <Icon name={openedBy[part].icon} />
            {words.part[part]}
          </a>
        ))}
      </nav>
      <main id="main" tabIndex={-1}>
        <div class="page" key={place.part}>
          <Page place={place} />
        </div>
      </main>
      <FormWindow />
    </div>
  )
}

function Page({ place: { part, detail } }: { place: Place }) {
  switch (part) {
    case "rooms":
      return <RoomsPage />
    case "people":
      return <PeoplePage uid={detail} />
    case "reviews":
      return <ReviewsPage queue={detail} />
    case "money":
      return <MoneyPage />
    case "catalog":
      return <CatalogPage list={detail} />
    case "log":
      return <LogPage />
  }
}
