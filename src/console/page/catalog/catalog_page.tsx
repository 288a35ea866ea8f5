import type { Right } from "../../../rights.ts"
import { may } from "../api/session.ts"
import { words } from "../language/words.ts"
import { Tabs } from "../parts/tabs.tsx"
import { Goods } from "./goods.tsx"
import { goods } from "./kinds.ts"
import { Notices } from "./notices.tsx"
import { Switches } from "./switches.tsx"
import { Tasks } from "./tasks.tsx"
import { ForbiddenWords } from "./words.tsx"

const lists = {
  gifts: "catalog.edit",
  packs: "catalog.edit",
  items: "catalog.edit",
  tasks: "catalog.edit",
  words: "words.edit",
  notices: "notices.edit",
  switches: "switches.turn",
} satisfies Record<string, Right>

type Name = keyof typeof lists

/** What is sold and said, and how the server behaves. */
export function CatalogPage({ list }: { list: string }) {
  const names = (Object.keys(lists) as Name[]).filter((name) => may(lists[name]))
  const current = names.find((name) => name === list) ?? names[0]
  return (
    <>
      <h1>{words.part.catalog}</h1>
      <Tabs
        part="catalog"
        tabs={names.map((name) => [name, words.list[name]])}
        current={current ?? ""}
        label={words.lists}
      />
      {current && <Chosen name={current} key={current} />}
    </>
  )
}

function Chosen({ name }: { name: Name }) {
  switch (name) {
    case "gifts":
    case "packs":
    case "items":
      return <Goods kind={goods[name]} />
    case "tasks":
      return <Tasks />
    case "words":
      return <ForbiddenWords />
    case "notices":
      return <Notices />
    case "switches":
      return <Switches />
  }
}
