import { count } from "../../../demo/page/language/language.ts"
import { say } from "../../../demo/page/parts/toast.tsx"
import type { Promised } from "../api/answers.ts"
import { call, reasonOf } from "../api/call.ts"
import { useList } from "../api/list.ts"
import { words } from "../language/words.ts"
import { Listing } from "../parts/listing.tsx"

/** What the server promised and gave up on. */
export function Outbox() {
  const list = useList<Promised>("/admin/outbox", "outbox")
  const retry = async (id: string) => {
    try {
      await call("POST", "/admin/outbox/retry", { id })
      say(words.retried)
      await list.reload()
    } catch (reason) {
      say(reasonOf(reason), true)
    }
  }
  return (
    <section class="card">
      <h2>{words.outbox}</h2>
      <Listing
        list={list}
        empty={words.noOutbox}
        row={(one) => (
          <article class="row" aria-label={one.kind}>
            <span class="row-names">
              <strong>{one.kind}</strong>
              <span class="digits">{JSON.stringify(one.payload)}</span>
              <span class="hint">
                {one.create_time} · {words.attempts(count(one.attempts))}
              </span>
            </span>
            <span class="acts">
              <button type="button" class="plain small" onClick={() => void retry(one.id)}>
                {words.retry}
              </button>
            </span>
          </article>
        )}
      />
    </section>
  )
}
