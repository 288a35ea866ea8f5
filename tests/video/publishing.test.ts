import { describe, expect, test } from "bun:test"
import type { Publication } from "../../src/video/packet.ts"
import { audioConfig, frame, keyFrame, sound, videoConfig } from "./bodies.ts"
import { begin, bodies, opening, room, Stage } from "./stage.ts"
import { Ana, ask, Bo, Notes } from "./viewers.ts"

describe("publishers", () => {
  test("are let in by the gate alone", async () => {
    const stage = new Stage()
    expect(await stage.studio.publish(ask(0), new Ana())).toBeUndefined()
    expect(await stage.studio.publish({ ...ask(1), name: "broken" }, new Ana())).toBeUndefined()
    expect([stage.logged, stage.studio.streams()]).toEqual([["live video failed"], []])
  })

  test("are taken over by the same host's next one, whose own stream goes on for the viewers", async () => {
    const stage = new Stage()
    const phone = await stage.live(room, 1)
    const bo = await stage.watch()
    const laptop = await stage.live(room, 2)
    phone.feed.take("video", 40, frame(1))
    laptop.feed.take("video", 40, frame(2))
    phone.feed.ended()
    stage.clock.advance(50)

    expect([phone.ana.reasons, laptop.ana.reasons]).toEqual([["another connection took over"], []])
    expect(bodies(bo)).toEqual([...opening(1), ...opening(2), frame(2)])
    expect([stage.told, stage.streams]).toEqual([["7 started"], [7]])
    expect(stage.studio.find(room)?.isLive).toBe(true)
  })

  test.each([
    ["first", ["early", "late"]],
    ["last", ["late", "early"]],
  ])("who ask at the same time: the later one feeds, though the gate answers the earlier one %s", async (_, order) => {
    const stage = new Stage()
    stage.holds.add("early").add("late")
    const [early, late] = [new Ana(), new Ana()]
    const asked = [stage.studio.publish(ask(room, "early"), early), stage.studio.publish(ask(room, "late"), late)]
    for (const who of order) {
      stage.held.get(who)?.({ roomId: room })
      await Promise.resolve()
    }
    const [earlyFeed, lateFeed] = await Promise.all(asked)
    if (earlyFeed) begin(earlyFeed, 1)
    if (lateFeed) begin(lateFeed, 2)

    const notes = new Notes()
    stage.studio.find(room)?.subscribe(notes)
    expect(notes.bodies).toEqual(opening(2))
    expect([early.reasons.length + (earlyFeed ? 0 : 1), late.reasons.length]).toEqual([1, 0])
  })

  test("do not bring a room to life that was closed while the gate was asked", async () => {
    const stage = new Stage()
    stage.holds.add("ana").add("bo")
    const publishing = stage.studio.publish(ask(room), new Ana())
    const watching = stage.studio.watch(ask(room, "bo"), "flv", new Bo())
    stage.studio.close(room, "the room is over")
    for (const answer of stage.held.values()) answer({ roomId: room })

    expect(await Promise.all([publishing, watching])).toEqual([undefined, undefined])
    expect(stage.studio.find(room)).toBeUndefined()
    expect(stage.studio.statistics()).toMatchObject({ streams: 0, viewers: 0 })
  })

  test("are not shut out by another room's end, nor by a wait that ends meanwhile", async () => {
    const stage = new Stage()
    const { feed } = await stage.live()
    feed.ended()
    stage.holds.add("again")
    const publishing = stage.studio.publish(ask(room, "again"), new Ana())
    stage.studio.close(8, "the room is over")
    stage.clock.advance(61_000)
    stage.held.get("again")?.({ roomId: room })
    expect(await publishing).toBeDefined()
  })

  test.each<[string, string, (stage: Stage, feed: Publication) => void]>([
    [
      "too many bits",
      "more than 1000 kbit/s",
      (stage, feed) => {
        for (let n = 0; n < 60; n++) {
          feed.take("video", 100 * n, frame(n, 15_000))
          stage.clock.advance(100)
        }
      },
    ],
    [
      "too many packets",
      "more than 100 packets a second",
      (_, feed) => {
        for (let n = 0; n < 500; n++) feed.take("audio", n, sound())
      },
    ],
    [
      "too large a packet",
      "a packet of more than 300000 bytes",
      (_, feed) => feed.take("video", 40, frame(0, 300_001)),
    ],
    ["garbage alone", "no media for 15 seconds", chatter((feed) => feed.take("video", 0, Uint8Array.of(1, 2, 3)))],
    ["configurations alone", "no media for 15 seconds", chatter((feed, n) => feed.take("audio", 0, audioConfig(n)))],
  ])("are cut for %s, and nothing they send then counts", async (_, why, misbehave) => {
    const stage = new Stage({ kilobitsPerSecondMax: 1_000, packetsPerSecondMax: 100, packetBytesMax: 300_000 })
    const { ana, feed } = await stage.live()
    misbehave(stage, feed)
    expect(ana.reasons).toEqual([why])
    expect(stage.told).toEqual(["7 started", "7 ended"])
    const { bytesIn } = stage.studio.statistics()
    feed.take("video", 9_999, keyFrame())
    expect([stage.studio.statistics().bytesIn, stage.studio.find(room)?.isLive]).toEqual([bytesIn, false])
  })

  test("may burst for a moment", async () => {
    const stage = new Stage({ kilobitsPerSecondMax: 1_000 })
    const { ana, feed } = await stage.live()
    feed.take("video", 40, frame(0, 600_000))
    expect(ana.reasons).toEqual([])
  })

  test("are no more than may be", async () => {
    const stage = new Stage({ streamsMax: 1 })
    await stage.live(7)
    expect(await stage.studio.publish(ask(8), new Ana())).toBeUndefined()
    expect(stage.logged).toEqual(["a publisher was refused: there are as many streams as may be"])
    await stage.live(7)
  })

  test("may be dropped and come again", async () => {
    const stage = new Stage()
    const { ana } = await stage.live()
    const bo = await stage.watch()
    stage.studio.drop(room, "the operator")
    await stage.live(room, 2)
    stage.clock.advance(50)
    expect([ana.reasons, bo.closes]).toEqual([["the operator"], 0])
    expect(bodies(bo)).toEqual([...opening(1), ...opening(2)])
    expect(stage.told).toEqual(["7 started", "7 ended", "7 started"])
  })

  test("that send nothing are not told of as started", async () => {
    const stage = new Stage()
    const feed = await stage.studio.publish(ask(room), new Ana())
    feed?.take("video", 0, videoConfig())
    feed?.ended()
    expect(stage.told).toEqual([])
  })
})

/** Something that is no media, for a while. */
function chatter(say: (feed: Publication, n: number) => void) {
  return (stage: Stage, feed: Publication) => {
    for (let n = 0; n < 17; n++) {
      say(feed, n)
      stage.clock.advance(1_000)
    }
  }
}
