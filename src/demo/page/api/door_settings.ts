import { useEffect, useState } from "preact/hooks"
import type { DoorSettings } from "./answers.ts"
import { call } from "./call.ts"

/** What this server lets people do; undefined until that is known. */
export function useDoorSettings(): DoorSettings | undefined {
  const [settings, set] = useState<DoorSettings>()
  useEffect(() => {
    call<DoorSettings>("GET", "/demo/door").then(set, () => {})
  }, [])
  return settings
}
