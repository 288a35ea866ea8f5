import { words } from "../language/language.ts"
import { type Way, waysHere } from "./playback.ts"
import type { View } from "./screening.ts"

interface Props {
  /** Undefined while there is no picture. */
  view: View | undefined
  chosen: Way | undefined
  choose(way: Way | undefined): void
}

/** How the video comes, to choose from, and how far behind it is. */
export const WayMenu = ({ view, chosen, choose }: Props) => (
  <div class="way">
    <select
      aria-label={words.howItPlays}
      value={chosen ?? "auto"}
      onChange={({ currentTarget: { value } }) => choose(value === "auto" ? undefined : (value as Way))}
    >
      <option value="auto">{view && !chosen ? `${words.ways.auto} · ${words.ways[view.way]}` : words.ways.auto}</option>
      {waysHere().map((way) => (
        <option value={way} key={way}>
          {words.ways[way]}
        </option>
      ))}
    </select>
    {view?.reading && <span class="reading">{readingOf(view.reading)}</span>}
  </div>
)

const readingOf = ({ buffer, delay }: NonNullable<View["reading"]>) =>
  [delay === undefined ? undefined : words.delay(delay.toFixed(1)), words.buffer(buffer.toFixed(1))]
    .filter((part) => part !== undefined)
    .join(" · ")
