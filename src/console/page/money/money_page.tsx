import { useEffect, useState } from "preact/hooks"
import { count } from "../../../demo/page/language/language.ts"
import type { Money } from "../api/answers.ts"
import { call, reasonOf } from "../api/call.ts"
import { may } from "../api/session.ts"
import { words } from "../language/words.ts"
import { Chart } from "../parts/chart.tsx"
import { timeOf } from "../people/standing.tsx"
import { Outbox } from "./outbox.tsx"

/** How often the charts are read anew, in milliseconds. */
const every = 60_000

/** What moves, and whether it adds up. */
export const MoneyPage = () => (
  <>
    <div class="page-head">
      <h1>{words.part.money}</h1>
      <p class="lead">{words.moneyLead}</p>
    </div>
    {may("money.see") && <Day />}
    {may("outbox.retry") && <Outbox />}
  </>
)

function Day() {
  const [money, setMoney] = useState<Money>()
  const [error, setError] = useState<string>()
  useEffect(() => {
    const load = async () => {
      try {
        setMoney(await call<Money>("GET", "/admin/money"))
        setError(undefined)
      } catch (reason) {
        setError(reasonOf(reason))
      }
    }
    void load()
    const timer = setInterval(() => document.visibilityState === "visible" && void load(), every)
    return () => clearInterval(timer)
  }, [])
  if (error) {
    return (
      <p class="error" role="alert">
        {error}
      </p>
    )
  }
  if (!money) return <p class="lead">{words.loading}</p>
  const { since, charges, gifts, payouts, audit } = money
  const yuan = (value: number) => words.yuan(count(value))
  return (
    <>
      <div class="charts">
        <Chart title={words.charges} values={charges} since={since} format={yuan} />
        <Chart title={words.gifts} values={gifts} since={since} format={(value) => words.diamonds(count(value))} />
        <Chart title={words.payouts} values={payouts} since={since} format={yuan} />
      </div>
      <section class="card">
        <h2>{words.audit}</h2>
        {audit ? (
          <p class={audit.differences > 0 ? "error" : "good"}>
            {audit.differences > 0
              ? words.auditBad(count(audit.differences), timeOf(audit.time))
              : words.auditGood(timeOf(audit.time))}
          </p>
        ) : (
          <p class="lead">{words.noAudit}</p>
        )}
      </section>
    </>
  )
}
