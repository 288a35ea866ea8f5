import { useState } from "preact/hooks"
import { Field, textOf } from "../../../demo/page/account/field.tsx"
import { Avatar } from "../../../demo/page/parts/avatar.tsx"
import type { PersonRow } from "../api/answers.ts"
import type { Values } from "../api/call.ts"
import { useList } from "../api/list.ts"
import { words } from "../language/words.ts"
import { Listing } from "../parts/listing.tsx"
import { addressOf } from "../place.ts"
import { PersonPage } from "./person_page.tsx"
import { StandingBadge } from "./standing.tsx"

export const PeoplePage = ({ uid }: { uid: string }) => (uid ? <PersonPage uid={uid} key={uid} /> : <Search />)

/** What is meant by a search: nicknames are searched by their beginning, accounts in full. */
function wishFrom(typed: string): Values {
  if (typed === "") return {}
  return /^\+?\d{7,}$/.test(typed) ? { account: typed } : { nick_name: typed }
}

function Search() {
  const [wish, setWish] = useState<Values>({})
  const byNickName = useList<PersonRow>("/admin/users", "users", wish)
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    const typed = textOf(event.currentTarget as HTMLFormElement, "wanted").trim()
    if (/^\d{1,6}$/.test(typed)) location.hash = addressOf("people", typed)
    else setWish(wishFrom(typed))
  }
  return (
    <>
      <h1>{words.part.people}</h1>
      <form class="search" onSubmit={submit}>
        <Field label={words.search} hint={words.searchLead} name="wanted" autocomplete="off" maxLength={20} />
        <button type="submit" class="primary">
          {words.search}
        </button>
      </form>
      <Listing list={byNickName} empty={words.nobodyFound} row={(person) => <Person person={person} />} />
    </>
  )
}

const Person = ({ person }: { person: PersonRow }) => (
  <a class="row person" href={addressOf("people", person.id)}>
    <Avatar name={person.NickName} image={person.Image} size="large" />
    <span class="row-names">
      <strong>{person.NickName}</strong>
      <span class="hint">
        uid {person.id} · {person.account} · {person.create_time}
      </span>
    </span>
    <StandingBadge until={person.until} />
  </a>
)
