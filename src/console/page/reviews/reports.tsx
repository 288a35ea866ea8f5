import type { ReportRow } from "../api/answers.ts"
import { call } from "../api/call.ts"
import { useList } from "../api/list.ts"
import { words } from "../language/words.ts"
import { ask } from "../parts/form.tsx"
import { Listing } from "../parts/listing.tsx"
import { PersonLink } from "../parts/person_link.tsx"

/** What people reported of each other, as long as nobody is done with it. */
export function Reports() {
  const list = useList<ReportRow>("/admin/reports", "reports")
  const settle = ({ id, reported_name }: ReportRow) =>
    ask({
      title: words.settleOf(reported_name),
      lines: [{ name: "outcome", label: words.outcome, kind: "long", required: true, maxLength: 500 }],
      submit: words.settle,
      async act({ outcome }) {
        await call("POST", "/admin/reports/settle", { id, outcome })
        await list.reload()
        return words.settled
      },
    })
  return (
    <Listing
      list={list}
      empty={words.noReports}
      row={(one) => (
        <article class="row" aria-label={words.against(one.nick_name, one.reported_name)}>
          <span class="row-names">
            <strong>{one.desc}</strong>
            <span class="hint">
              <PersonLink uid={one.uid} name={one.nick_name} /> → <PersonLink uid={one.oid} name={one.reported_name} />{" "}
              · {one.create_time}
            </span>
            {!one.verified && <span class="badge">{words.unverified}</span>}
          </span>
          <span class="acts">
            <button type="button" class="primary small" onClick={() => settle(one)}>
              {words.settle}
            </button>
          </span>
        </article>
      )}
    />
  )
}
