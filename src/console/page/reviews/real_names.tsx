import { useState } from "preact/hooks"
import type { RealName } from "../api/answers.ts"
import { call } from "../api/call.ts"
import { useList } from "../api/list.ts"
import { words } from "../language/words.ts"
import { ask } from "../parts/form.tsx"
import { Listing } from "../parts/listing.tsx"
import { PersonLink } from "../parts/person_link.tsx"

/** Real names that wait; what documents say is masked until somebody asks, which the log says. */
export function RealNames() {
  const [isRevealed, reveal] = useState(false)
  const list = useList<RealName>("/admin/real_names", "real_names", isRevealed ? { reveal: 1 } : {})
  const approve = ({ id, nick_name }: RealName) =>
    ask({
      title: words.approveNameOf(nick_name),
      submit: words.approve,
      async act() {
        await call("POST", "/admin/real_names/approve", { id })
        await list.reload()
        return words.nameApproved
      },
    })
  const refuse = ({ id, nick_name }: RealName) =>
    ask({
      title: words.refuseNameOf(nick_name),
      lines: [{ name: "why", label: words.why, kind: "long", required: true, maxLength: 500 }],
      submit: words.refuse,
      isDanger: true,
      async act({ why }) {
        await call("POST", "/admin/real_names/refuse", { id, why })
        await list.reload()
        return words.nameRefused
      },
    })
  return (
    <>
      {!isRevealed && list.rows && list.rows.length > 0 && (
        <p class="with-act">
          <button type="button" class="plain small" onClick={() => reveal(true)}>
            {words.reveal}
          </button>
          <span class="hint">{words.revealLead}</span>
        </p>
      )}
      <Listing
        list={list}
        empty={words.noRealNames}
        row={(one) => (
          <article class="row" aria-label={one.nick_name}>
            <span class="row-names">
              <strong>{one.name ?? words.unreadable}</strong>
              <span class="digits">{one.identification ?? words.unreadable}</span>
              <span class="hint">
                <PersonLink uid={one.uid} name={one.nick_name} /> · {one.create_time}
                {one.school && ` · ${one.school}`}
              </span>
            </span>
            <span class="acts">
              <button type="button" class="primary small yes" onClick={() => approve(one)}>
                {words.approve}
              </button>
              <button type="button" class="danger small" onClick={() => refuse(one)}>
                {words.refuse}
              </button>
            </span>
          </article>
        )}
      />
    </>
  )
}
