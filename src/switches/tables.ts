import { bool, id, table, text, uniqueIndex } from "../db/kit.ts"

/** What an operator turns on and off while the server runs; a switch without a row stands as it comes. */
export const switches = table("switches", { id: id(), name: text().notNull(), isOn: bool().notNull() }, (t) => [
  uniqueIndex("switches_name").on(t.name),
])
