import { z } from "zod"
import { flag } from "../wire/fields.ts"
import { type SwitchName, switchNames } from "./switch.ts"

/** 1 turns it on, 0 off. */
export const Switch = z.object({ switch: flag() })

export const TurnSwitch = z.object({
  name: z.enum(switchNames as [SwitchName, ...SwitchName[]], { error: `must be one of ${switchNames.join(", ")}` }),
  on: flag(),
})
