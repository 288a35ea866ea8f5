import { expect, test } from "bun:test"
import { createCalendar } from "../../src/calendar.ts"
import { givesFive, givesOne } from "../tasks/stage.ts"
import { partiesAtNight } from "./house.ts"
import { homeOfItsOwn } from "./inspection.ts"
import { online, signIn, task } from "./player.ts"

const second = 1_000
const minute = 60 * second
const hour = 60 * minute
const zone = "Asia/Kathmandu"

test("a day of play, killed ten times at awkward moments, ends with books that add up", async () => {
  await using home = await homeOfItsOwn()
  const calendar = createCalendar(zone)
  const today = calendar.dayOf(Date.now()) + 1
  const [morning, midnight] = [calendar.startOf(today) + 9 * hour, calendar.startOf(today + 1)]
  await using house = await partiesAtNight(home, zone, morning)
  const { server, ana, players } = house
  const [bo, cai] = players
  if (!bo || !cai) throw new Error("nobody plays")

  // While it pays the bets of the night before.
  server.strikes(morning + minute)
  await server.starts()
  await house.crashesOnce("paid > 0")
  await house.comes(0)
  await house.partyIsPaid()
  await house.addsUp()

  // While everybody signs in, from fifty phones each.
  await house.crashesAmid((told) => players.map((player) => player.takes(signIn(20), told)), 3)
  await house.addsUp()
  for (const player of players) expect(await player.asks("/action/login/bonus/get")).toMatchObject({ status: 85 })

  // While gifts are given, and while their rewards are taken.
  await house.goesLive()
  const givesAgain = async (told: () => void) => {
    for (let n = 0; n < 4; n++) {
      await bo.gives(ana)
      told()
    }
  }
  await house.crashesAmid((told) => [givesAgain(told)], 2)
  await house.comes()
  await house.addsUp()
  while (bo.given < 5) await bo.gives(ana)
  const rewards = [task(givesOne, 10), task(givesFive, 20)]
  await house.crashesAmid((told) => rewards.map((reward) => bo.takes(reward, told)), 2)
  await house.addsUp()
  expect(await bo.tells("/task/post_task", { task_id: givesFive })).toMatchObject({ ErrCode: 85 })

  // While the reward for five minutes is taken.
  await house.comes()
  server.strikes(server.now + 5 * minute)
  await house.crashesAmid((told) => [bo.takes(online(1, 5), told), cai.takes(online(1, 5), told)], 2)
  await house.addsUp()

  // In an open round, which goes on; and while the next is paid.
  server.strikes(morning + 11 * hour)
  await house.goesLive()
  const first = await house.round()
  await house.crashesAmid(house.storm(first.game_id), 5)
  await house.comes()
  expect(await house.round()).toEqual(first)
  await house.addsUp()
  server.strikes(first.closes_at * second)
  await house.isOver(first.game_id)
  await house.addsUp()
  server.strikes(first.closes_at * second + 18 * second)
  const next = await house.round()
  for (const player of players) for (const pos of [1, 2, 3]) await player.plays(next.game_id, pos, 99)
  server.strikes(next.closes_at * second)
  await house.crashesOnce("state <> 'open'")
  await house.comes()
  await house.isOver(next.game_id)
  await house.addsUp()

  // In a round that is open when the day ends, and over when the server is back.
  server.strikes(midnight - 20 * second)
  await house.goesLive()
  const late = await house.round()
  for (const player of players) for (const pos of [1, 2, 3]) await player.plays(late.game_id, pos, 33)
  await house.crashesAmid(house.storm(late.game_id), 5, midnight - second)
  await house.comes()
  await house.addsUp()
  await server.crashes()
  await house.isBack(midnight + 20 * second)
  await house.comes()
  await house.isOver(late.game_id)
  await house.addsUp()

  // The new day has its rewards, and a room that closes in the middle of a round owes its bets.
  for (const player of players) await player.takes(signIn(30))
  expect(await bo.tells("/daily/online_reward", {})).toMatchObject({ ErrCode: 82 })
  expect(await bo.tells("/task/post_task", { task_id: givesOne })).toMatchObject({ ErrCode: 81 })
  await house.goesLive()
  const last = await house.round()
  for (const player of players) for (const pos of [1, 2, 3]) await player.plays(last.game_id, pos, 10)
  expect(await ana.tells("/room/close_room", { roomid: house.roomId })).toMatchObject({ ErrCode: 0 })
  await server.crashes()
  await house.isBack(last.closes_at * second)
  await house.comes(0)
  await house.isOver(last.game_id)
  await house.addsUp()
  expect(house.crashes).toBe(10)
  expect(await house.betsLeft()).toBe(0)
}, 480_000)
