import { words } from "../language/language.ts"
import { Icon } from "../parts/icon.tsx"
import { addresses } from "../place.ts"

/** What stands where nobody is live: how to change that. */
export const EmptyHouse = () => (
  <section class="empty" aria-labelledby="empty-title">
    <span class="empty-mark" aria-hidden="true">
      <Icon name="video" />
    </span>
    <h2 id="empty-title">{words.nobodyLive}</h2>
    <p>{words.nobodyLiveHow}</p>
    <ol class="steps">
      {words.steps.map((step) => (
        <li key={step}>{step}</li>
      ))}
    </ol>
    <a class="primary" href={addresses.live}>
      <Icon name="video" />
      {words.goLive}
    </a>
  </section>
)
