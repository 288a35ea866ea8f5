import type { Totals } from "../api/answers.ts"
import { count, duration, words } from "../language/language.ts"
import { addresses } from "../place.ts"

/** The end of a broadcast, with what it came to where that is known. */
export const Ending = ({ totals }: { totals: Totals | undefined }) => (
  <div class="curtain ending" role="status">
    <h2>{words.over}</h2>
    {totals ? (
      <dl class="totals">
        <Total name={words.totalTime} value={duration(totals.time)} />
        <Total name={words.totalViewers} value={count(totals.count)} />
        <Total name={words.totalRice} value={count(totals.rice)} />
      </dl>
    ) : (
      <p>{words.overNoReplay}</p>
    )}
    <a class="primary" href={addresses.rooms}>
      {words.backToRooms}
    </a>
  </div>
)

const Total = ({ name, value }: { name: string; value: string }) => (
  <div>
    <dt>{name}</dt>
    <dd>{value}</dd>
  </div>
)
