import { locale } from "../../../demo/page/language/language.ts"
import { words } from "../language/words.ts"

const moment = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" })

/** A moment in unix seconds, in the reader's own zone. */
export const timeOf = (seconds: number) => moment.format(seconds * 1_000)

/** Until when somebody is suspended: unix seconds, -1 for good. */
export const endOf = (until: number) => (until === -1 ? words.bannedForever : words.bannedUntil(timeOf(until)))

export const StandingBadge = ({ until }: { until: number }) =>
  until === 0 ? null : (
    <span class="badge bad" title={endOf(until)}>
      {until === -1 ? words.bannedForever : words.banned}
    </span>
  )
