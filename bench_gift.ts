import { startApp } from "./tests/support/app.ts"
import { registers } from "./tests/support/cast.ts"
import { endows } from "./tests/gifts/stage.ts"
import { sendGift } from "./src/gifts/gift.ts"
import { userById } from "./src/accounts/user.ts"
await using app = await startApp()
const inner = app.running.app
const host = await registers(app, "Ana")
const people = []
for (let n = 0; n < 200; n++) { const p = await registers(app, "Bo"); await endows(p, 1_000_000); people.push(await userById(inner.db.read, p.uid)) }
async function run(total: number) {
  let left = total
  const cpu = process.cpuUsage(); const t = performance.now()
  await Promise.all(Array.from({ length: 64 }, async (_, w) => {
    while (left-- > 0) { const giver = people[(left * 7 + w) % 200]!; await sendGift(inner, giver, { kindId: 1, number: 1, receiverId: host.uid, request: undefined }) }
  }))
  const c = process.cpuUsage(cpu)
  return ((c.user + c.system) / total).toFixed(1) + " us cpu/gift, " + (total / ((performance.now() - t) / 1000)).toFixed(0) + "/s"
}
console.log("first (tasks open)", await run(1800))
await run(20000)
for (let n = 0; n < 4; n++) console.log("later", await run(20000))
