import { useState } from "preact/hooks"
import { Field, textOf } from "../../../demo/page/account/field.tsx"
import type { Act } from "../api/answers.ts"
import type { Values } from "../api/call.ts"
import { useList } from "../api/list.ts"
import { words } from "../language/words.ts"
import { Listing } from "../parts/listing.tsx"

/** What operators did, the latest first. */
export function LogPage() {
  const [wish, setWish] = useState<Values>({})
  const list = useList<Act>("/admin/audit_log", "acts", wish)
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    const form = event.currentTarget as HTMLFormElement
    const [by, value] = [textOf(form, "by"), textOf(form, "value").trim()]
    setWish(by && value ? { [by]: value } : {})
  }
  return (
    <>
      <div class="page-head">
        <h1>{words.log}</h1>
        <p class="lead">{words.logLead}</p>
      </div>
      <form class="search three" onSubmit={submit}>
        <div class="field">
          <label for="by">{words.filterBy}</label>
          <select id="by" name="by">
            {words.filters.map(([sent, shown]) => (
              <option value={sent} key={sent}>
                {shown}
              </option>
            ))}
          </select>
        </div>
        <Field label={words.filterValue} name="value" autocomplete="off" maxLength={80} />
        <button type="submit" class="primary">
          {words.search}
        </button>
      </form>
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
