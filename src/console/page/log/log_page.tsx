import { useState } from "preact/hooks"
import type { Act } from "../api/answers.ts"
import type { Values } from "../api/call.ts"
import { useList } from "../api/list.ts"
import { words } from "../language/words.ts"
import { Listing } from "../parts/listing.tsx"
import { SearchForm } from "../parts/search_form.tsx"

/** What operators did, the latest first. */
export function LogPage() {
  const [wish, setWish] = useState<Values>({})
  const list = useList<Act>("/admin/audit_log", "acts", wish)
  return (
    <>
      <div class="page-head">
        <h1>{words.log}</h1>
        <p class="lead">{words.logLead}</p>
      </div>
      <SearchForm
        label={words.filterBy}
        ways={words.filters}
        find={(by, value) => setWish(by && value ? { [by]: value } : {})}
      />
      <Listing
        list={list}
        empty={words.noActs}
        row={({ time, actor, act, target, detail }) => (
          <div class="row log-row">
            <span class="hint">{time}</span>
            <span>{actor}</span>
            <strong>{act}</strong>
            <span>{target}</span>
            <span class="digits">{Object.keys(detail).length > 0 ? JSON.stringify(detail) : ""}</span>
          </div>
        )}
      />
    </>
  )
}
