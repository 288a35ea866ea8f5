import { expect } from "bun:test"
import { and, desc, eq } from "drizzle-orm"
import { realNames } from "../../src/real_names/tables.ts"
import { withdrawals } from "../../src/withdrawals/tables.ts"
import { filesRealName } from "../admin/stage.ts"
import { browserTest, visits } from "../demo/browser.ts"
import { startApp, type TestApp } from "../support/app.ts"
import { registers } from "../support/cast.ts"
import { aHost, anOperator, asksFor, operatorToken } from "../withdrawals/desk.ts"
import { confirms, signsInAtConsole } from "./operator.ts"

async function nameOf({ running }: TestApp, userId: number) {
  const [row] = await running.app.db.read
    .select({ state: realNames.state, by: realNames.decidedBy })
    .from(realNames)
    .where(eq(realNames.userId, userId))
    .orderBy(desc(realNames.id))
  return row
}

async function withdrawalOf({ running }: TestApp, userId: number, yuan: number) {
  const [row] = await running.app.db.read
    .select({ state: withdrawals.state, why: withdrawals.why, first: withdrawals.firstApprover })
    .from(withdrawals)
    .where(and(eq(withdrawals.userId, userId), eq(withdrawals.yuan, yuan)))
  return row
}

browserTest("Mo approves a real name on the phone, and sees no money", async (browser) => {
  await using app = await startApp({ ADMIN_TOKEN: operatorToken })
  const cai = await registers(app, "Cai")
  await filesRealName(cai)
  const mo = await anOperator(app, "Mo", "moderator")
  const { page, complaints } = await visits(browser, `${app.url}/console/`, { isPhone: true })
  await signsInAtConsole(page, mo)
  const parts = page.getByRole("navigation", { name: "Parts of the console" })
  expect(await parts.getByRole("link").allInnerTexts()).toEqual(["Rooms", "People", "Reviews", "Shop"])
  await parts.getByRole("link", { name: "Reviews" }).click()
  await page
    .getByText("C**")
    .or(page.getByText("C*", { exact: true }))
    .waitFor()
  expect(await page.getByRole("link", { name: "Withdrawals" }).count()).toBe(0)
  await page.getByRole("button", { name: "Show names in full" }).click()
  await page.getByText("Cai", { exact: true }).waitFor()
  await page.getByRole("button", { name: "Approve" }).click()
  await confirms(page.getByRole("dialog"), "Approve")
  await page.getByText("No real name waits.").waitFor()
  expect(await nameOf(app, cai.uid)).toEqual({ state: "approved", by: `user ${mo.uid}` })
  expect(complaints.filter((one) => !one.includes("401"))).toEqual([])
})

browserTest("Fin and Flo pay what takes two, and Fin rejects another, whose host reads why", async (browser) => {
  await using app = await startApp({ ADMIN_TOKEN: operatorToken, CASH_TWO_APPROVERS: "100" })
  const [ana, bea] = [await aHost(app, "Ana"), await aHost(app, "Bea")]
  await asksFor(ana, 200)
  await asksFor(bea, 50)
  const [fin, flo] = [await anOperator(app, "Fin", "finance"), await anOperator(app, "Flo", "finance")]
  const at = `${app.url}/console/#/reviews/withdrawals`
  const fins = (await visits(browser, at)).page
  await signsInAtConsole(fins, fin)
  const row = (page: typeof fins, amount: string) => page.getByRole("article").filter({ hasText: amount })

  await row(fins, "4,000 rice").getByRole("button", { name: "Paid" }).click()
  await confirms(fins.getByRole("dialog"), "Paid")
  await row(fins, "4,000 rice").getByText(`Approved by user ${fin.uid}`).waitFor()
  expect(await withdrawalOf(app, ana.uid, 200)).toMatchObject({ state: "pending", first: `user ${fin.uid}` })

  const flos = (await visits(browser, at)).page
  await signsInAtConsole(flos, flo)
  await row(flos, "4,000 rice").getByRole("button", { name: "Paid" }).click()
  await confirms(flos.getByRole("dialog"), "Paid")
  await row(flos, "4,000 rice").waitFor({ state: "detached" })
  expect(await withdrawalOf(app, ana.uid, 200)).toMatchObject({ state: "paid" })

  await row(fins, "1,000 rice").getByRole("button", { name: "Reject" }).click()
  await fins.getByLabel("Reason").fill("the bank knows no such card")
  await confirms(fins.getByRole("dialog"), "Reject")
  await fins.getByText("No withdrawal waits.").waitFor()
  expect(await withdrawalOf(app, bea.uid, 50)).toMatchObject({ state: "rejected", why: "the bank knows no such card" })

  await fins.getByRole("link", { name: "Money" }).click()
  await fins.getByRole("img", { name: "Payouts: ¥" }).waitFor()
  expect(await fins.getByText("Promises given up").count()).toBe(0)
})
