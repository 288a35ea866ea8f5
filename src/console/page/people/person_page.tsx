import { useCallback, useEffect, useState } from "preact/hooks"
import { count } from "../../../demo/page/language/language.ts"
import { Avatar } from "../../../demo/page/parts/avatar.tsx"
import type { Ban, Dossier } from "../api/answers.ts"
import { call, reasonOf } from "../api/call.ts"
import { words } from "../language/words.ts"
import { addressOf } from "../place.ts"
import { PersonActs } from "./person_acts.tsx"
import { endOf } from "./standing.tsx"

/** One person: who they are, what they have, and what was done about them. */
export function PersonPage({ uid }: { uid: string }) {
  const [dossier, setDossier] = useState<Dossier>()
  const [error, setError] = useState<string>()
  const load = useCallback(async () => {
    try {
      setDossier(await call<Dossier>("GET", "/admin/users/person", { oid: uid }))
    } catch (reason) {
      setError(reasonOf(reason))
    }
  }, [uid])
  useEffect(() => void load(), [load])
  return (
    <>
      <a class="back" href={addressOf("people")}>
        ← {words.back}
      </a>
      {error && (
        <p class="error" role="alert">
          {error}
        </p>
      )}
      {dossier && <Person dossier={dossier} reload={load} />}
    </>
  )
}

function Person({ dossier, reload }: { dossier: Dossier; reload(): Promise<void> }) {
  const { user, wallet, online, room } = dossier
  return (
    <>
      <section class="card head-card">
        <Avatar name={user.NickName} image={user.Image} size="large" />
        <div class="row-names">
          <h1>{user.NickName}</h1>
          <p class="hint">uid {user.id}</p>
        </div>
        <p class="badges">
          {online && <span class="badge good">{words.online}</span>}
          {room && <span class="badge live">{room.room_name || words.onAir}</span>}
          {user.is_test && <span class="badge">{words.testAccount}</span>}
          {user.until !== 0 && <span class="badge bad">{endOf(user.until)}</span>}
        </p>
        <PersonActs user={user} reload={reload} />
      </section>
      <div class="columns">
        <section class="card">
          <Facts facts={factsOf(dossier)} />
        </section>
        <section class="card">
          <h2>{words.wallet}</h2>
          <Facts
            facts={[
              [words.facts.diamond, count(wallet.diamond)],
              [words.facts.rice, count(wallet.rice)],
              [words.facts.score, count(wallet.score)],
              [words.facts.debt, count(wallet.debt)],
            ]}
          />
        </section>
      </div>
      <section class="card">
        <h2>{words.bans}</h2>
        {dossier.bans.length === 0 && <p class="lead">{words.noBans}</p>}
        <ul class="rows">
          {dossier.bans.map((ban) => (
            <li key={ban.id}>
              <BanRow ban={ban} />
            </li>
          ))}
        </ul>
      </section>
    </>
  )
}

function factsOf({
  user,
  roles,
  real_name,
  reports,
  orders_credited,
  withdrawals_pending,
}: Dossier): [string, string][] {
  const { facts, realNameStates } = words
  return [
    [facts.account, user.account],
    [facts.tel, user.tel || "—"],
    [facts.since, user.create_time],
    [facts.roles, roles.map((role) => words.roles[role] ?? role).join(", ") || "—"],
    [facts.realName, real_name ? (realNameStates[Number(real_name.status)] ?? "") : "—"],
    [facts.reports, `${count(reports.open)} / ${count(reports.settled)}`],
    [facts.orders, count(orders_credited)],
    [facts.withdrawals, count(withdrawals_pending)],
  ]
}

const Facts = ({ facts }: { facts: [string, string][] }) => (
  <dl class="facts">
    {facts.map(([name, value]) => (
      <div key={name}>
        <dt>{name}</dt>
        <dd>{value}</dd>
      </div>
    ))}
  </dl>
)

const BanRow = ({ ban }: { ban: Ban }) => (
  <div class="row">
    <span class="row-names">
      <strong>{endOf(ban.until)}</strong>
      {ban.why && <span>{ban.why}</span>}
      <span class="hint">
        {ban.create_time} {words.placedBy(ban.placed_by)}
        {ban.lifted_by && ` · ${words.liftedBy(ban.lifted_by, ban.lift_time)}`}
      </span>
    </span>
    {ban.standing && <span class="badge bad">{words.banned}</span>}
  </div>
)
