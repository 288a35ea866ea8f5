import { Field, textOf } from "../../../demo/page/account/field.tsx"
import { words } from "../language/words.ts"

interface Props {
  label: string
  /** What one can search by: what is handed on, and how it is called. */
  ways: [string, string][]
  find(by: string, value: string): void
}

/** A search by one thing. */
export function SearchForm({ label, ways, find }: Props) {
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    const form = event.currentTarget as HTMLFormElement
    find(textOf(form, "by"), textOf(form, "value").trim())
  }
  return (
    <form class="search" onSubmit={submit}>
      <div class="field">
        <label for="by">{label}</label>
        <select id="by" name="by">
          {ways.map(([sent, shown]) => (
            <option value={sent} key={sent}>
              {shown}
            </option>
          ))}
        </select>
      </div>
      <Field label={words.wanted} name="value" autocomplete="off" maxLength={80} />
      <button type="submit" class="primary">
        {words.search}
      </button>
    </form>
  )
}
