import { expect, test } from "bun:test"
import { registerAll } from "../social/stage.ts"
import { startApp } from "../support/app.ts"
import { reads, writes } from "./stage.ts"

test("a letter's receiver hears how many there are to read: as a number if the app knows it, else in words", async () => {
  await using app = await startApp()
  const [ana, bo, cai] = await registerAll(app, "Ana", "Bo", "Cai")
  const lobby = await ana.enters(0, { ext: 1 })
  await writes(bo, ana, "hello")
  expect(await lobby.hears({ mtype: 1019 })).toEqual({ mtype: 1019, unread: 1 })
  await writes(cai, ana, "hello")
  expect(await lobby.hears({ mtype: 1019 })).toEqual({ mtype: 1019, unread: 2 })
  expect(lobby.frames.filter(({ mtype }) => mtype === 6)).toEqual([])

  const roomId = await bo.opensRoom()
  const atBo = await bo.enters(roomId)
  const plain = await ana.enters(roomId)
  await reads(ana, cai)
  await writes(cai, ana, "where are you?")
  expect(await plain.hears({ mtype: 6 })).toEqual({ mtype: 6, notice: "You have 2 unread letters." })
  await reads(ana, bo)
  await reads(ana, cai)
  await writes(cai, ana, "there you are")
  expect(await plain.hears({ mtype: 6 })).toEqual({ mtype: 6, notice: "You have 1 unread letter." })

  await Promise.all([lobby, atBo, plain].map((socket) => socket.settles()))
  expect(lobby.frames.filter(({ mtype }) => mtype === 1019)).toHaveLength(2)
  for (const { frames } of [atBo, plain]) expect(frames.filter(({ mtype }) => mtype >= 1000)).toEqual([])
  expect(atBo.frames.filter(({ mtype }) => mtype === 6)).toEqual([])
})

test("of letters that come at once the last number heard is the right one", async () => {
  await using app = await startApp()
  const [ana, ...others] = await registerAll(app, "Ana", "Bo", "Cai", "Dan", "Eve")
  const lobby = await ana.enters(0, { ext: 1 })
  await Promise.all(others.flatMap((other) => ["one", "two", "three"].map((text) => writes(other, ana, text))))
  await lobby.hears({ mtype: 1019, unread: 12 })
  await app.running.app.outbox.deliverDue()
  await lobby.settles()
  const heard = lobby.frames.filter(({ mtype }) => mtype === 1019).map(({ unread }) => Number(unread))
  expect(heard).toEqual(heard.toSorted((one, other) => one - other))
  expect(heard.at(-1)).toBe(12)
})
