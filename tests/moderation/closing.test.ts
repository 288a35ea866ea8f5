import { expect, setDefaultTimeout, test } from "bun:test"
import { aConference } from "../conferences/stage.ts"
import { Encoder, isStreaming, reserves } from "../streams/stage.ts"
import { startApp } from "../support/app.ts"
import { registers } from "../support/cast.ts"
import { buysDiamonds } from "../support/money.ts"
import { anOperator, operatorToken, theDesk } from "../withdrawals/desk.ts"

setDefaultTimeout(30_000)

test("a moderator ends a broadcast: the host hears why, everybody that it is over, and the stream is cut", async () => {
  await using app = await startApp({ ADMIN_TOKEN: operatorToken })
  const [ana, bo, mo] = [
    await registers(app, "Ana"),
    await registers(app, "Bo"),
    await anOperator(app, "Mo", "moderator"),
  ]
  const { encoder } = await Encoder.at(await reserves(ana))
  encoder.sends()
  const roomId = await ana.opensRoom({ room_name: "herrings" })
  await isStreaming(app, roomId, true)
  const [atAna, atBo] = [await ana.enters(roomId), await bo.enters(roomId)]
  for (const socket of [atAna, atBo]) await socket.settles()
  await buysDiamonds(bo, 5)
  await bo.ok("POST", "/gift/send_gift", { giftid: 2, num: 1, revid: ana.uid })
  const { rooms } = await mo.ok("GET", "/admin/rooms")
  expect(rooms).toMatchObject([
    {
      id: String(roomId),
      owner_id: String(ana.uid),
      room_name: "herrings",
      rice: "5",
      count: "1",
      mtype: 0,
      streaming: true,
    },
  ])

  await mo.ok("POST", "/admin/close_chat", { anchorid: ana.uid })
  await atAna.hears({ mtype: 7 })
  await atAna.hears({ mtype: 5, rice: "5" })
  await atBo.hears({ mtype: 5, rice: "5" })
  expect(atBo.frames.filter(({ mtype }) => mtype === 7)).toEqual([])
  expect(await Promise.all([atAna.closed, atBo.closed])).toEqual([1000, 1000])
  await encoder.isCut()
  await mo.fails(37, "POST", "/admin/close_chat", { anchorid: ana.uid })
  expect(await mo.ok("GET", "/admin/rooms")).toMatchObject({ rooms: [] })
  await ana.opensRoom()
})

test("a conference is ended the same way, and of two moderators one ends it", async () => {
  await using app = await startApp({ ADMIN_TOKEN: operatorToken })
  const desk = theDesk(app)
  const { host, rid, atHost } = await aConference(app)
  expect(await desk.ok("GET", "/admin/rooms")).toMatchObject({ rooms: [{ id: String(rid), mtype: 1 }] })
  const close = () => desk.call("POST", "/admin/close_chat", { anchorid: host.uid })
  const codes = (await Promise.all([close(), close(), close()])).map(({ ErrCode }) => ErrCode)
  expect(codes.toSorted((one, other) => one - other)).toEqual([0, 37, 37])
  await atHost.hears({ mtype: 7 })
  expect(await atHost.closed).toBe(1000)
})
