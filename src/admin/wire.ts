import { z } from "zod"
import { flag } from "../wire/fields.ts"

/** 1 turns it on, 0 off. */
export const Switch = z.object({ switch: flag() })
