import { useState } from "preact/hooks"
import { Avatar } from "../../../demo/page/parts/avatar.tsx"
import type { PersonRow } from "../api/answers.ts"
import type { Values } from "../api/call.ts"
import { useList } from "../api/list.ts"
import { words } from "../language/words.ts"
import { Listing } from "../parts/listing.tsx"
import { SearchForm } from "../parts/search_form.tsx"
import { addressOf } from "../place.ts"
import { PersonPage } from "./person_page.tsx"
import { StandingBadge } from "./standing.tsx"

export const PeoplePage = ({ uid }: { uid: string }) => (uid ? <PersonPage uid={uid} key={uid} /> : <Search />)

function Search() {
  const [wish, setWish] = useState<Values>({})
  const list = useList<PersonRow>("/admin/users", "users", wish)
  const find = (by: string, value: string) => {
    if (by === "uid" && /^\d+$/.test(value)) location.hash = addressOf("people", value)
    else setWish(value ? { [by]: value } : {})
  }
  return (
    <>
      <h1>{words.part.people}</h1>
      <SearchForm label={words.searchBy} ways={words.searchWays} find={find} />
      <Listing list={list} empty={words.nobodyFound} row={(person) => <Person person={person} />} />
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
