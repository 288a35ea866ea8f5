import { may } from "../api/session.ts"
import { words } from "../language/words.ts"
import { Tabs } from "../parts/tabs.tsx"
import { RealNames } from "./real_names.tsx"
import { Reports } from "./reports.tsx"
import { Withdrawals } from "./withdrawals.tsx"

/** What waits for a decision, queue by queue. */
export function ReviewsPage({ queue }: { queue: string }) {
  const queues: [string, string][] = []
  if (may("real_names.review")) queues.push(["real_names", words.realNames])
  if (may("withdrawals.decide")) queues.push(["withdrawals", words.withdrawals])
  if (may("reports.settle")) queues.push(["reports", words.reports])
  const current = (queues.find(([name]) => name === queue) ?? queues[0])?.[0] ?? ""
  return (
    <>
      <h1>{words.part.reviews}</h1>
      <Tabs part="reviews" tabs={queues} current={current} label={words.queues} />
      {current === "real_names" && <RealNames />}
      {current === "withdrawals" && <Withdrawals />}
      {current === "reports" && <Reports />}
    </>
  )
}
