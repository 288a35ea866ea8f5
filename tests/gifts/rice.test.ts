import { expect, test } from "bun:test"
import { gifts } from "../../src/gifts/tables.ts"
import { walletOf } from "../../src/wallet/wallet.ts"
import { startApp } from "../support/app.ts"
import { registers } from "../support/cast.ts"
import { buysDiamonds } from "../support/money.ts"
import { endows, rose } from "./stage.ts"

test("a gift makes as much rice as the operator says, and counts in diamonds where diamonds count", async () => {
  await using app = await startApp({ RICE_PER_DIAMOND: "3" })
  const [ana, bo] = [await registers(app, "Ana"), await registers(app, "Bo")]
  await endows(bo, 100)
  const roomId = await ana.opensRoom()
  const hers = await ana.enters(roomId)
  await bo.ok("POST", "/gift/send_gift", { giftid: rose, num: 8, revid: ana.uid })

  expect(await hers.hears({ mtype: 2 })).toMatchObject({ rice: 120, room_rice: 120, user_level: 0 })
  expect((await bo.ok("GET", "/user/refresh_info"))["user"]).toMatchObject({ Diamond: 60, UserExp: 40, UserLevel: 0 })
  const { user } = await ana.ok("GET", "/user/refresh_info")
  expect(user).toMatchObject({ Coupons: 120, AnchorExp: 120, AnchorLevel: 1 })
  expect((await ana.ok("GET", "/gift/gain_rank"))["rank"]).toMatchObject([{ count: "40" }])
  expect(await ana.ok("POST", "/room/close_room", { roomid: roomId })).toMatchObject({ rice: "120" })
})

test("of a gift paid half with given and half with bought diamonds, half of the rice can be withdrawn", async () => {
  await using app = await startApp({ RICE_PER_DIAMOND: "3", RICE_MATURITY_DAYS: "0", RICE_PER_YUAN: "15" })
  const [ana, bo] = [await registers(app, "Ana"), await registers(app, "Bo")]
  await endows(bo, 50)
  await buysDiamonds(bo, 80)
  await bo.ok("POST", "/gift/send_gift", { giftid: rose, num: 20, revid: ana.uid })

  const { read } = app.running.app.db
  expect(await walletOf(read, bo.uid)).toMatchObject({ diamondBonus: 0, diamond: 30 })
  expect(await walletOf(read, ana.uid)).toMatchObject({ riceBonus: 150, rice: 150 })
  expect(await read.select().from(gifts)).toMatchObject([{ diamonds: 100, bought: 50, rice: 300, boughtRice: 150 }])
  expect((await ana.ok("GET", "/user/refresh_info"))["user"]).toMatchObject({ Coupons: 300 })
  expect(await ana.ok("GET", "/card/show_cash")).toMatchObject({ rice: 300, current_rice: 300, all_money: 10 })

  await endows(bo, 10)
  await bo.ok("POST", "/gift/send_gift", { giftid: rose, num: 1, revid: ana.uid })
  expect(await walletOf(read, bo.uid)).toMatchObject({ diamondBonus: 5, diamond: 30 })
  expect(await walletOf(read, ana.uid)).toMatchObject({ riceBonus: 165, rice: 150 })
})
