import { useState } from "preact/hooks"
import { Icon } from "../../../demo/page/parts/icon.tsx"
import { call } from "../api/call.ts"
import { useList } from "../api/list.ts"
import { words } from "../language/words.ts"
import { ask } from "../parts/form.tsx"
import { Listing } from "../parts/listing.tsx"
import { type Good, type GoodsKind, restock } from "./kinds.ts"

/** Things that are sold: none is ever taken away, since others may have it, but from sale. */
export function Goods({ kind }: { kind: GoodsKind }) {
  const path = `/admin/${kind.name}`
  const list = useList<Good>(path, kind.name)
  const add = () =>
    ask({
      title: words.add,
      lines: [...kind.newLines, ...kind.lines],
      submit: words.add,
      async act(values) {
        await call("POST", `${path}/add`, values)
        await list.reload()
        return words.saved
      },
    })
  const change = (good: Good) =>
    ask({
      title: kind.title(good),
      lines: [
        ...kind.lines.map((line) => ({
          ...line,
          value: line.kind === "flag" ? isSet(good[line.name]) : (good[line.name] ?? ""),
        })),
        ...(kind.name === "items" ? [restock] : []),
      ],
      submit: words.change,
      async act(values) {
        await call("POST", `${path}/change`, { id: good.id, ...values })
        await list.reload()
        return words.saved
      },
    })
  return (
    <>
      <p>
        <button type="button" class="primary" onClick={add}>
          {words.add}
        </button>
      </p>
      <Listing
        list={list}
        empty={words.nothingHere}
        row={(good) => (
          <article class="row" aria-label={kind.title(good)}>
            <Picture address={good.icon ?? ""} />
            <span class="row-names">
              <strong>{kind.title(good)}</strong>
              <span class="hint">{kind.about(good)}</span>
            </span>
            {!good.on_sale && <span class="badge">{words.offSale}</span>}
            <span class="acts">
              <button type="button" class="plain small" onClick={() => change(good)}>
                {words.change}
              </button>
            </span>
          </article>
        )}
      />
    </>
  )
}

const isSet = (value: unknown) => value === true || value === 1

function Picture({ address }: { address: string }) {
  const [isBroken, setBroken] = useState(false)
  return (
    <span class="good-picture" aria-hidden="true">
      {/^https?:\/\//.test(address) && !isBroken ? (
        <img src={address} alt="" loading="lazy" referrerpolicy="no-referrer" onError={() => setBroken(true)} />
      ) : (
        <Icon name="gift" />
      )}
    </span>
  )
}
