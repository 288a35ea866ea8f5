import { addUser } from "../../src/accounts/account.ts"
import { userById } from "../../src/accounts/user.ts"
import { parse } from "../../src/config.ts"
import { write } from "../../src/db/write.ts"
import { createLog } from "../../src/log.ts"
import { recorded } from "../../src/playback/recorded.ts"
import { removePlayback } from "../../src/playback/removal.ts"
import { closeRoom, openRoom } from "../../src/rooms/broadcast.ts"
import { serve } from "../../src/serve.ts"
import { fakeMedia, recordingOf } from "./stage.ts"

/** A server that deletes a playback whose provider never answers, and then waits to be killed. */
const media = fakeMedia()
media.hangs = true
const config = parse({ ...process.env, PORT: "0", RTMP_PORT: "0", HOST: "127.0.0.1" })
const { app } = await serve(config, { log: createLog(() => {}), print: () => {}, media })

const { id } = await write(app, (tx) => addUser(app, tx, { account: "ana", isTest: false }))
const ana = await userById(app.db.read, id)
const opening = { name: "Tea", location: undefined, itype: 2, save: true, gameType: 0, slowSeconds: 0 } as const
const roomId = await openRoom(app, ana, { ...opening, request: undefined })
await closeRoom(app, ana, roomId)
await recorded(app, media.name, roomId, recordingOf(roomId, { key: "doomed" }))
await removePlayback(app, id, roomId, undefined)
while (media.asked.length === 0) await Bun.sleep(1)
process.stdout.write(`${JSON.stringify({ ownerId: id, asked: media.asked })}\n`)
