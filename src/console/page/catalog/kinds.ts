import { count } from "../../../demo/page/language/language.ts"
import { words } from "../language/words.ts"
import type { Line } from "../parts/form.tsx"

/** Something that is sold, under its call's own keys. */
export type Good = { id: string; on_sale: boolean; icon?: string } & Record<
  string,
  string | number | boolean | undefined
>

/** How a list of such things is shown and edited. */
export interface GoodsKind {
  /** The list's name in its call and its answer, and that of one of it. */
  name: "gifts" | "packs" | "items"
  title(good: Good): string
  about(good: Good): string
  /** What can be changed, and what can be said only of a new one. */
  lines: Line[]
  newLines: Line[]
}

const { keys } = words

const whole = (name: "price" | "money" | "diamonds" | "moon"): Line => ({
  name,
  label: keys[name],
  kind: "number",
  min: 1,
  required: true,
})
const text = (name: "name" | "describe" | "item_id", maxLength: number): Line => ({
  name,
  label: keys[name],
  maxLength,
  required: true,
})
const address = (name: "icon" | "pic"): Line => ({ name, label: keys[name], maxLength: 500 })
const onSale: Line = { name: "on_sale", label: words.onSale, kind: "flag", value: true }

export const goods: Record<GoodsKind["name"], GoodsKind> = {
  gifts: {
    name: "gifts",
    title: (gift) => String(gift["name"]),
    about: (gift) =>
      `${words.diamonds(count(Number(gift["price"])))} · ${words.categories[Number(gift["category"])]?.[1] ?? ""}`,
    lines: [
      text("name", 40),
      whole("price"),
      { name: "category", label: keys.category, kind: "choice", choices: words.categories },
      address("icon"),
      address("pic"),
      { name: "special", label: keys.special, kind: "flag" },
      onSale,
    ],
    newLines: [],
  },
  packs: {
    name: "packs",
    title: (pack) => String(pack["describe"]),
    about: (pack) =>
      `${words.yuan(count(Number(pack["money"])))} · ${words.diamonds(count(Number(pack["diamonds"])))} · ${pack["platform"]} ${pack["item_id"]}`,
    lines: [text("describe", 80), whole("money"), whole("diamonds"), onSale],
    newLines: [
      {
        name: "platform",
        label: keys.platform,
        kind: "choice",
        choices: [
          ["android", "Android"],
          ["ios", "iOS"],
        ],
      },
      text("item_id", 64),
    ],
  },
  items: {
    name: "items",
    title: (item) => String(item["name"]),
    about: (item) => `${words.ofRice(count(Number(item["moon"])))} · ${words.inStock(count(Number(item["stock"])))}`,
    lines: [text("name", 80), whole("moon"), address("icon"), onSale],
    newLines: [{ name: "stock", label: keys.stock, kind: "number", min: 0, value: 0 }],
  },
}

/** Goods that came or went since. */
export const restock: Line = { name: "restock", label: keys.restock, kind: "number", value: 0 }
