import { useCallback, useEffect, useState } from "preact/hooks"
import { call, reasonOf } from "../api/call.ts"
import { words } from "../language/words.ts"
import { ask } from "../parts/form.tsx"

interface Switch {
  name: string
  on: boolean
}

/** How the server behaves, switch by switch. */
export function Switches() {
  const [switches, setSwitches] = useState<Switch[]>([])
  const [error, setError] = useState<string>()
  const load = useCallback(async () => {
    try {
      setSwitches((await call<{ switches: Switch[] }>("GET", "/admin/switches")).switches)
    } catch (reason) {
      setError(reasonOf(reason))
    }
  }, [])
  useEffect(() => void load(), [load])
  const turn = ({ name, on }: Switch) =>
    ask({
      title: words.switchNames[name] ?? name,
      submit: on ? words.turnOff : words.turnOn,
      async act() {
        await call("POST", "/admin/switches/turn", { name, on: on ? 0 : 1 })
        await load()
        return words.saved
      },
    })
  return (
    <>
      {error && (
        <p class="error" role="alert">
          {error}
        </p>
      )}
      <ul class="rows">
        {switches.map((one) => (
          <li key={one.name}>
            <article class="row" aria-label={words.switchNames[one.name] ?? one.name}>
              <span class="row-names">
                <strong>{words.switchNames[one.name] ?? one.name}</strong>
                <span class="hint">{one.name}</span>
              </span>
              <span class={one.on ? "badge good" : "badge"}>{one.on ? words.on : words.off}</span>
              <span class="acts">
                <button type="button" class="plain small" onClick={() => turn(one)}>
                  {one.on ? words.turnOff : words.turnOn}
                </button>
              </span>
            </article>
          </li>
        ))}
      </ul>
    </>
  )
}
