import { expect, test } from "bun:test"
import { eq } from "drizzle-orm"
import { type Db, query } from "../../src/db/query.ts"
import { write } from "../../src/db/write.ts"
import { mark, marks, openBench } from "./bench.ts"

test("a statement is built once for each handle it is used on, and reads what that handle sees", async () => {
  await using bench = await openBench()
  const builtFor: Db[] = []
  const named = query<{ name: string }>()((db, $) => {
    builtFor.push(db)
    return db.select().from(marks).where(eq(marks.name, $.name)).prepare()
  })
  const handles = new Set<Db>()
  for (let n = 0; n < 5; n++) {
    await write(bench, async (tx) => {
      handles.add(tx)
      await mark(tx, { name: `n${n}` })
      expect(await named(tx, { name: `n${n}` })).toHaveLength(1)
      expect(await named(bench.db.read, { name: `n${n}` })).toHaveLength(0)
    })
    expect(await named(bench.db.read, { name: `n${n}` })).toMatchObject([{ name: `n${n}` }])
  }
  expect(builtFor).toHaveLength(handles.size + 1)
  expect(new Set(builtFor).size).toBe(builtFor.length)
})
