import { addressOf, type Part } from "../place.ts"

interface Props {
  part: Part
  /** What is sent in the address, and how it is called. */
  tabs: [string, string][]
  current: string
  label: string
}

/** The lists of one part. */
export const Tabs = ({ part, tabs, current, label }: Props) =>
  tabs.length < 2 ? null : (
    <nav class="tabs" aria-label={label}>
      {tabs.map(([name, shown]) => (
        <a href={addressOf(part, name)} aria-current={name === current ? "page" : undefined} key={name}>
          {shown}
        </a>
      ))}
    </nav>
  )
