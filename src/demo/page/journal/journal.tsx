import { type Entry, journal } from "../api/journal.ts"
import { useCell } from "../cell.ts"
import { locale, words } from "../language/language.ts"
import { Icon } from "../parts/icon.tsx"

const clock = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit", second: "2-digit" })

/** What the page and the server say to each other. */
export function Journal({ close }: { close(): void }) {
  const entries = useCell(journal)
  return (
    <aside class="journal" aria-label={words.journal}>
      <header class="journal-head">
        <h2>{words.journal}</h2>
        <button type="button" class="link" onClick={() => journal.set([])}>
          {words.journalClear}
        </button>
        <button type="button" class="round" aria-label={words.close} onClick={close}>
          <Icon name="close" />
        </button>
      </header>
      <p class="hint">{words.journalLead}</p>
      {entries.length === 0 ? <p class="hint">{words.journalEmpty}</p> : null}
      <ol class="journal-entries" reversed>
        {entries.map((entry) => (
          <Line entry={entry} key={entry.id} />
        ))}
      </ol>
    </aside>
  )
}

function Line({ entry }: { entry: Entry }) {
  const { at, kind, title, said, answer, code, milliseconds, times } = entry
  return (
    <li>
      <details>
        <summary>
          <span class={`kind ${kind}`}>{words.journalKinds[kind]}</span>
          <code>
            {title}
            {times > 1 && ` × ${times}`}
          </code>
          <span class="journal-facts">
            {code !== undefined && code !== 0 && <strong>ErrCode {code}</strong>}
            {milliseconds !== undefined && ` ${milliseconds} ms`} <time>{clock.format(at)}</time>
          </span>
        </summary>
        {said !== undefined && <pre>→ {JSON.stringify(said, null, 2)}</pre>}
        {answer !== undefined && <pre>← {JSON.stringify(answer, null, 2)}</pre>}
      </details>
    </li>
  )
}
