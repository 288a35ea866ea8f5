import { locale } from "../../../demo/page/language/language.ts"

interface Props {
  title: string
  /** One a bar, from the oldest. */
  values: number[]
  /** When the first bar begins, in unix seconds; each is an hour. */
  since: number
  format(value: number): string
}

const [width, height, gap] = [240, 64, 2]
const time = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" })

/** Bars by the hour, with their sum above. */
export function Chart({ title, values, since, format }: Props) {
  const sum = values.reduce((all, value) => all + value, 0)
  const most = Math.max(...values, 0)
  const each = width / values.length
  const hourOf = (at: number) => time.format((since + at * 3_600) * 1_000)
  return (
    <section class="card chart" aria-label={title}>
      <h2>{title}</h2>
      <p class="sum">{format(sum)}</p>
      <svg
        viewBox={`0 0 ${width} ${height}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`${title}: ${format(sum)}`}
      >
        {values.map((value, at) => {
          const tall = most > 0 ? Math.max(value > 0 ? 3 : 1, (value / most) * height) : 1
          return (
            <rect
              key={at}
              x={at * each}
              y={height - tall}
              width={each - gap}
              height={tall}
              rx="1.5"
              class={value > 0 ? "bar" : "bar none"}
            >
              <title>{`${hourOf(at)} · ${format(value)}`}</title>
            </rect>
          )
        })}
      </svg>
      <p class="hours">
        <span>{hourOf(0)}</span>
        <span>{hourOf(values.length)}</span>
      </p>
    </section>
  )
}
