import { expect, setDefaultTimeout, test } from "bun:test"
import { startApp } from "../support/app.ts"
import { registers } from "../support/cast.ts"
import { buysDiamonds } from "../support/money.ts"
import { operatorToken, theDesk } from "../withdrawals/desk.ts"

setDefaultTimeout(30_000)

const env = { ADMIN_TOKEN: operatorToken, SANDBOX: "1" }

test("a gift is added, given, made dearer and taken off the shop; what was given stays", async () => {
  await using app = await startApp(env)
  const [ana, bo, desk] = [await registers(app, "Ana"), await registers(app, "Bo"), theDesk(app)]
  await buysDiamonds(bo, 100)
  const { gift } = await desk.ok("POST", "/admin/gifts/add", { name: "a herring", price: 7, category: 1 })
  const { id } = gift as { id: string }
  expect(gift).toMatchObject({ name: "a herring", price: 7, icon: "", special: 0, on_sale: true })
  const give = { giftid: id, num: 1, revid: ana.uid }
  await bo.ok("POST", "/gift/send_gift", give)
  await desk.ok("POST", "/admin/gifts/change", { id, price: 11, icon: "https://example.com/herring.png" })
  await bo.ok("POST", "/gift/send_gift", give)
  expect(await desk.ok("GET", "/admin/users/person", { oid: bo.uid })).toMatchObject({ wallet: { diamond: 82 } })
  expect((await desk.ok("POST", "/admin/gifts/change", { id, on_sale: 0 }))["gift"]).toMatchObject({ price: 11 })
  await bo.fails(11, "POST", "/gift/send_gift", give)
  expect(
    ((await bo.ok("GET", "/gift_config"))["gift"] as { GiftId: number }[]).map(({ GiftId }) => GiftId),
  ).not.toContain(Number(id))
  expect((await desk.ok("GET", "/admin/gifts"))["gifts"]).toContainEqual(
    expect.objectContaining({ id, on_sale: false }),
  )
  for (const wrong of [{ price: 0 }, { price: 1.5 }, { category: 4 }, { icon: "javascript:alert(1)" }, { name: "" }]) {
    await desk.fails(10, "POST", "/admin/gifts/add", { name: "x", price: 1, category: 0, ...wrong })
  }
})

test("a pack and a thing of the mall are added, changed and taken away", async () => {
  await using app = await startApp(env)
  const [ana, desk] = [await registers(app, "Ana"), theDesk(app)]
  const pack = { platform: "ios", item_id: "gold_5", describe: "5 coins", money: 1, diamonds: 5 }
  const added = (await desk.ok("POST", "/admin/packs/add", pack))["pack"] as { id: string }
  await desk.fails(10, "POST", "/admin/packs/add", pack)
  await ana.ok("POST", "/pay/apple_pay", { receipt: "sandbox:gold_5:one" })
  expect(await desk.ok("GET", "/admin/users/person", { oid: ana.uid })).toMatchObject({ wallet: { diamond: 5 } })
  const itemsOf = async () =>
    ((await ana.ok("GET", "/pay/pay_config_ios"))["item"] as { ItemId: string }[]).map(({ ItemId }) => ItemId)
  expect(await itemsOf()).toContain("gold_5")
  await desk.ok("POST", "/admin/packs/change", { id: added.id, on_sale: 0 })
  expect(await itemsOf()).not.toContain("gold_5")
  expect((await desk.ok("GET", "/admin/packs"))["packs"]).toContainEqual(
    expect.objectContaining({ id: added.id, on_sale: false }),
  )

  const { item } = await desk.ok("POST", "/admin/items/add", { name: "a mug", moon: 500, stock: 2 })
  const { id } = item as { id: string }
  const restocked = await Promise.all(
    [1, 2, -1].map((restock) => desk.ok("POST", "/admin/items/change", { id, restock })),
  )
  expect(restocked).toHaveLength(3)
  expect((await desk.ok("GET", "/admin/items"))["items"]).toMatchObject([{ id, stock: 4, moon: 500 }, {}, {}, {}])
  await desk.fails(10, "POST", "/admin/items/change", { id, restock: -5 })
  await desk.ok("POST", "/admin/items/change", { id, on_sale: 0 })
  const { gift } = await ana.ok("POST", "/item_config")
  expect((gift as { Name: string }[]).map(({ Name }) => Name)).not.toContain("a mug")
})

test("a version of the tasks is put into force whole, and only a newer one", async () => {
  await using app = await startApp(env)
  const [ana, desk] = [await registers(app, "Ana"), theDesk(app)]
  const task = { Id: 901, Name: "give ten", Target: 1, TargetParam: 10, Reward1: { MoneyType: 3, Num: 5 } }
  const publish = (version: string, tasks: unknown[], platform = "ios") => ({
    platform,
    version,
    tasks: JSON.stringify(tasks),
  })
  await desk.ok("POST", "/admin/tasks/publish", publish("9.0", [task]))
  expect(await ana.ok("GET", "/task_config", { platform: "ios" })).toMatchObject({ version: "9.0", task: [task] })
  await desk.fails(10, "POST", "/admin/tasks/publish", publish("9.0", [task]))
  await desk.fails(10, "POST", "/admin/tasks/publish", publish("8.9", [task]))
  const wrongs = [
    [task, task],
    [{ ...task, Target: 2 }],
    [{ ...task, Reward1: { Num: 0 } }],
    Array(101).fill(task),
    ["x"],
  ]
  for (const wrong of wrongs) await desk.fails(10, "POST", "/admin/tasks/publish", publish("9.1", wrong))
  const atOnce = ["9.1", "9.2", "9.3"].map((version) => desk.call("POST", "/admin/tasks/publish", publish(version, [])))
  expect((await Promise.all(atOnce)).some(({ ErrCode }) => ErrCode === 0)).toBe(true)
  expect(await ana.ok("GET", "/task_config", { platform: "ios" })).toMatchObject({ version: "9.3", task: [] })
  const { versions } = await desk.ok("GET", "/admin/tasks")
  const ours = (versions as { id: string; version: string }[]).find(({ version }) => version === "9.0")
  expect(await desk.ok("GET", "/admin/tasks/version", { id: ours?.id ?? "" })).toMatchObject({
    platform: "ios",
    task: [task],
  })
})

test("a release is made known, told to apps, and withdrawn", async () => {
  await using app = await startApp(env)
  const [ana, desk] = [await registers(app, "Ana"), theDesk(app)]
  const release = { platform: "ios", version: "3.2", url: "https://example.com/app", desc: "brighter" }
  for (const version of ["3.1", "3.2"]) await desk.ok("POST", "/admin/releases/announce", { ...release, version })
  expect(await desk.ok("GET", "/admin/releases")).toMatchObject({ releases: [release] })
  const asks = () => ana.ok("GET", "/version_update", { platform: "ios", version: "3.0" })
  expect(await asks()).toMatchObject({ version: "3.2", url: "https://example.com/app", desc: "brighter" })
  await desk.ok("POST", "/admin/releases/withdraw", { platform: "ios" })
  expect(await asks()).toMatchObject({ version: "3.0", url: "" })
  await desk.fails(27, "POST", "/admin/releases/withdraw", { platform: "ios" })
})
