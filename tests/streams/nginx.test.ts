import { expect, test } from "bun:test"
import { readdirSync } from "node:fs"
import { comesTrue } from "../hostile/support/comes_true.ts"
import { freshHome } from "../support/app.ts"
import { startProgram } from "../support/process.ts"
import { films, plays } from "./camera.ts"
import { isInstalled, readReadme } from "./readme_nginx.ts"
import { Studio } from "./studio.ts"

/** Short enough for a story. */
const grace = "2"
const small = { seconds: 120, size: "320x180", keyFrameEvery: 30 } as const

test.skipIf(!isInstalled)(
  "an evening on nginx, configured as the README says",
  async () => {
    const home = await freshHome()
    await using _home = { [Symbol.asyncDispose]: () => home.remove() }
    await using nginx = readReadme()
    expect(nginx.settings).toMatchObject({ MEDIA_LINE_1: "rtmp", RTMP_SERVER: "nginx" })
    await using program = await startProgram({ ...home.env, ...nginx.settings, HOST_GRACE: grace })
    await nginx.start(program.url)
    const tells = (words: string) => comesTrue(() => program.logged().includes(words))
    const [ana, bo] = [await Studio.open(program.url), await Studio.open(program.url)]
    const [room, empty] = [await ana.goesLive({ save: 1 }), await bo.goesLive({ save: 0 })]
    const files = (of: { id: number }) => readdirSync(nginx.recordings).filter((name) => name.startsWith(`${of.id}-`))

    // Eve has only what is public, and what is hers.
    for (const address of [
      room.pushUrl.replace(/.$/, "x"),
      room.rtmpUrl,
      empty.pushUrl.replace(/\/\d+\?/, `/${room.id}?`),
    ]) {
      await using eve = films(address, { ...small, seconds: 10 })
      expect((await eve.ended).code).not.toBe(0)
    }
    expect(program.logged()).not.toContain("stream started")

    // Both phones are put away; Ana's encoder films.
    await using camera = films(room.pushUrl, small)
    await tells(`"stream started","roomId":${room.id}`)
    for (const [host, theirs] of [
      [ana, room],
      [bo, empty],
    ] as const)
      await (await host.enters(theirs)).leaves()
    await comesOver(bo, empty)
    expect(await ana.isLive(room)).toBe(true)

    const toTheEnd = plays(room.rtmpUrl)
    // nginx begins anywhere, and not at a key frame.
    const byRtmp = await plays(room.rtmpUrl, "-t", "3")
    expect(byRtmp.video).toBeGreaterThan(40)
    while ((await fetch(room.hlsUrl)).status === 404) await Bun.sleep(100)
    const byHls = await plays(room.hlsUrl, "-t", "2")
    expect(byHls.video).toBeGreaterThan(40)
    expect((await fetch(room.hlsUrl.replace(/.$/, "x"))).status).toBe(403)

    await ana.closes(room)
    expect((await camera.ended).words).not.toBe("")
    expect((await toTheEnd).video).toBeGreaterThan(0)
    await using again = films(room.pushUrl, { ...small, seconds: 10 })
    expect((await again.ended).code).not.toBe(0)

    const replay = await plays(await ana.replayOf(room))
    expect(replay.video).toBeGreaterThan(100)
    expect(files(room)).toHaveLength(1)

    // Bo does not keep his; the room is over when he stops.
    const second = await bo.goesLive({ save: 0 })
    await using short = films(second.pushUrl, { ...small, seconds: 3 })
    await comesTrue(() => files(second).length > 0)
    expect(await short.ended).toEqual({ code: 0, words: "" })
    await comesOver(bo, second)
    await comesTrue(() => files(second).length === 0)
    expect(files(room)).toHaveLength(1)
  },
  180_000,
)

/** Waits until a room is over by itself. */
async function comesOver(host: Studio, room: Parameters<Studio["isLive"]>[0]): Promise<void> {
  while (await host.isLive(room)) await Bun.sleep(100)
}
