import type { PersonRow } from "../api/answers.ts"
import { call } from "../api/call.ts"
import { may } from "../api/session.ts"
import { words } from "../language/words.ts"
import { ask } from "../parts/form.tsx"

interface Props {
  user: PersonRow
  reload(): Promise<void>
}

/** What can be done about a person. */
export function PersonActs({ user, reload }: Props) {
  const { id: oid, NickName: name } = user
  const ban = () =>
    ask({
      title: words.banOf(name),
      lead: words.banLead,
      lines: [
        { name: "for", label: words.banFor, kind: "choice", choices: words.banTimes, value: "86400" },
        { name: "why", label: words.why, kind: "long", maxLength: 500, required: true },
      ],
      submit: words.ban,
      isDanger: true,
      async act({ for: time, why }, key) {
        const end = time === "forever" ? { forbid: 1 } : { forbid: 2, forbid_time: time }
        await call("POST", "/admin/forbid_user_power", { oid, why, ...end }, key)
        await reload()
        return words.bannedNow
      },
    })
  const unban = () =>
    ask({
      title: words.unbanOf(name),
      submit: words.unban,
      async act(_, key) {
        await call("POST", "/admin/forbid_user_power", { oid, forbid: 0 }, key)
        await reload()
        return words.unbannedNow
      },
    })
  const stage = () =>
    ask({
      title: user.can_link_mic ? words.stageOff : words.stageOn,
      lead: name,
      submit: user.can_link_mic ? words.stageOff : words.stageOn,
      isDanger: user.can_link_mic,
      async act() {
        await call("POST", "/admin/users/stage", { oid, allowed: user.can_link_mic ? 0 : 1 })
        await reload()
        return words.done
      },
    })
  return (
    <div class="acts">
      {may("users.ban") && (
        <button type="button" class="danger" onClick={ban}>
          {words.ban}
        </button>
      )}
      {may("users.ban") && user.until !== 0 && (
        <button type="button" class="plain" onClick={unban}>
          {words.unban}
        </button>
      )}
      {may("users.stage") && (
        <button type="button" class="plain" onClick={stage}>
          {user.can_link_mic ? words.stageOff : words.stageOn}
        </button>
      )}
    </div>
  )
}
