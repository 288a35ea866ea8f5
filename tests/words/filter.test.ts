import { expect, test } from "bun:test"
import { write } from "../../src/db/write.ts"
import { wordSearch } from "../../src/words/search.ts"
import { words } from "../../src/words/tables.ts"
import { startApp } from "../support/app.ts"

test("a word is found through width, case, blanks and signs, and innocent neighbours are left alone", async () => {
  await using app = await startApp()
  const { app: server } = app.running
  await write(server, (tx) =>
    tx
      .insert(words)
      .values([{ word: "Shit" }, { word: "加 微信" }, { word: "t.me/" }, { word: "🍆" }, { word: "t.me" }])
      .returning({ id: words.id }),
  )
  await server.words.reload()
  const caught = [
    "shit happens",
    "ＳＨＩＴ",
    "SHIT!",
    "加微信",
    "加　微-信",
    "加\u200b微信",
    "join T.ME/x",
    "六 合 彩",
    "买六合彩吗",
    "s\u200bh\u00adit",
    "冰\uFE0F毒",
    "冰\u034F毒",
    "look 🍆",
  ]
  const innocent = ["push it", "大家晚上好", "六点合唱", "time/", "", "   "]
  for (const text of caught) expect({ text, found: server.words.finds(text) }).toEqual({ text, found: true })
  for (const text of innocent) expect({ text, found: server.words.finds(text) }).toEqual({ text, found: false })
})

test("the search for the most words that there may be is made without holding anybody up", () => {
  const words = Array.from({ length: 5_000 }, (_, n) => `${"\uFDFA".normalize("NFKC")}${n}`.padStart(300, `${n}号`))
  const begun = performance.now()
  const finds = wordSearch(words)
  expect(performance.now() - begun).toBeLessThan(1_000)
  for (const word of words) expect(finds(`so ${word} so`)).toBe(true)
  expect(finds("nothing of it")).toBe(false)
})
