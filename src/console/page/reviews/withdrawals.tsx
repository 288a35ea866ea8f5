import { count } from "../../../demo/page/language/language.ts"
import type { Withdrawal } from "../api/answers.ts"
import { call } from "../api/call.ts"
import { useList } from "../api/list.ts"
import { words } from "../language/words.ts"
import { ask } from "../parts/form.tsx"
import { Listing } from "../parts/listing.tsx"
import { PersonLink } from "../parts/person_link.tsx"

const pending = { state: "pending" }

/** Withdrawals that wait, with the cards in full: that somebody looked stands in the log. */
export function Withdrawals() {
  const list = useList<Withdrawal>("/admin/withdrawals", "withdrawals", pending)
  const approve = (one: Withdrawal) =>
    ask({
      title: words.payOf(sumOf(one), one.nick_name),
      lead: words.payLead,
      submit: words.pay,
      async act() {
        const { waits_for_another } = await call<{ waits_for_another: boolean }>("POST", "/admin/withdrawals/approve", {
          id: one.id,
        })
        await list.reload()
        return waits_for_another ? words.waitsForAnother : words.paid
      },
    })
  const reject = ({ id, nick_name }: Withdrawal) =>
    ask({
      title: words.rejectOf(nick_name),
      lead: words.rejectLead,
      lines: [{ name: "why", label: words.why, kind: "long", required: true, maxLength: 500 }],
      submit: words.reject,
      isDanger: true,
      async act({ why }) {
        await call("POST", "/admin/withdrawals/reject", { id, why })
        await list.reload()
        return words.rejected
      },
    })
  return (
    <Listing
      list={list}
      empty={words.noWithdrawals}
      row={(one) => (
        <article class="row" aria-label={one.nick_name}>
          <span class="row-names">
            <strong class="amount">{sumOf(one)}</strong>
            <span>
              {one.item ? (one.address ?? words.unreadable) : `${one.real_name ?? words.unreadable} · ${one.bank}`}
            </span>
            {!one.item && <span class="digits">{one.card_no ?? words.unreadable}</span>}
            <span class="hint">
              <PersonLink uid={one.uid} name={one.nick_name} /> · {one.create_time} · {words.ofRice(count(one.rice))}
              {one.fee !== "0" && ` · ${words.fee(words.yuan(one.fee))}`}
            </span>
            {one.first_approver && <span class="badge">{words.approvedBy(one.first_approver)}</span>}
          </span>
          <span class="acts">
            <button type="button" class="primary small yes" onClick={() => approve(one)}>
              {words.pay}
            </button>
            <button type="button" class="danger small" onClick={() => reject(one)}>
              {words.reject}
            </button>
          </span>
        </article>
      )}
    />
  )
}

/** What is to be sent: money, or goods. */
const sumOf = ({ item, pay }: Withdrawal) => item || words.yuan(pay)
