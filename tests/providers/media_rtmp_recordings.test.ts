import { afterAll, beforeAll, describe, expect, test } from "bun:test"
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { type RtmpOptions, rtmpMedia } from "../../src/providers/media/rtmp.ts"
import { secondsOf } from "../../src/providers/media/rtmp_duration.ts"
import { film } from "../support/fakes/ffmpeg.ts"
import { callAsNginx, type FakeRooms, openRooms } from "../support/fakes/rtmp_listener.ts"

const callbackSecret = "between-the-two-servers-alone-0123"

const make = (recordings?: RtmpOptions["recordings"]) =>
  rtmpMedia({
    server: "nginx",
    rtmpUrl: "rtmp://video.example.com/live",
    playUrl: "https://video.example.com/live",
    controlUrl: undefined,
    callbackSecret,
    recordings,
    sign: (text) => text,
    now: Date.now,
  })

type Media = ReturnType<typeof make>

describe("recordings", () => {
  let base: string
  let folder: string
  beforeAll(async () => {
    base = mkdtempSync(join(tmpdir(), "mili-recordings-"))
    folder = join(base, "recordings")
    mkdirSync(folder)
    mkdirSync(join(base, "recordings elsewhere"))
    await film(join(folder, "7-1.flv"), 3).ended
    await film(join(folder, "7-1.mp4"), 2).ended
    writeFileSync(join(base, "secret.flv"), readFileSync(join(folder, "7-1.flv")))
    writeFileSync(join(base, "recordings elsewhere/7.flv"), readFileSync(join(folder, "7-1.flv")))
    symlinkSync(join(base, "secret.flv"), join(folder, "link.flv"))
    symlinkSync(base, join(folder, "way-out"))
  })
  afterAll(() => rmSync(base, { recursive: true }))

  const keeping = () => make({ dir: folder, url: "https://video.example.com/recordings" })
  const recorded = (media: Media, rooms: FakeRooms, path: string, event = "record_done", more = "") =>
    callAsNginx(
      media,
      rooms,
      `${callbackSecret}/${event}`,
      `app=live&clientid=1&name=7&recorder=&path=${encodeURIComponent(path)}${more}`,
    )

  test("a file in the folder is told with its size and length, by nginx or by a script of the operator", async () => {
    const rooms = openRooms()
    const media = keeping()
    expect(await recorded(media, rooms, join(folder, "7-1.flv"), "record_done", "&seconds=999&path=/etc/passwd")).toBe(
      200,
    )
    expect(await recorded(media, rooms, join(folder, "7-1.mp4"), "recorded", "&seconds=2.6")).toBe(200)
    expect(await recorded(media, rooms, join(folder, "x/../7-1.mp4"), "recorded")).toBe(200)
    const bytes = Bun.file(join(folder, "7-1.mp4")).size
    expect(rooms.recordings.map(({ recording }) => recording)).toEqual([
      { key: "7-1.flv", seconds: 3, bytes: Bun.file(join(folder, "7-1.flv")).size },
      { key: "7-1.mp4", seconds: 3, bytes },
      { key: "7-1.mp4", seconds: 2, bytes },
    ])
  })

  test("a path that is no recording in the folder is not told", async () => {
    const rooms = openRooms()
    const media = keeping()
    for (const path of [
      "",
      "/etc/passwd",
      "7-1.flv",
      folder,
      join(base, "secret.flv"),
      `${folder}/../secret.flv`,
      join(base, "recordings elsewhere/7.flv"),
      join(folder, "link.flv"),
      join(folder, "way-out/secret.flv"),
      join(folder, "gone.flv"),
      `${join(folder, "7-1.flv")}\0`,
      `${folder}/7-1.flv/`,
      "x".repeat(10_000),
    ]) {
      expect(`${path} ${await recorded(media, rooms, path)}`).toBe(`${path} 403`)
    }
    expect(rooms.recordings).toEqual([])
    expect(await recorded(make(), rooms, join(folder, "7-1.flv"))).toBe(403)
  })

  test("only a file in the folder is deleted", async () => {
    const media = keeping()
    for (const key of [
      "",
      ".",
      "..",
      "/",
      "../secret.flv",
      "x/../../secret.flv",
      `/${join(base, "secret.flv")}`,
      "way-out/secret.flv",
      "..\\secret.flv",
      "7-1.flv\0",
    ]) {
      await expect(media.deleteRecording({ key })).rejects.toThrow("key")
    }
    writeFileSync(join(folder, "7-2.flv"), "")
    await media.deleteRecording({ key: "7-2.flv" })
    await media.deleteRecording({ key: "7-2.flv" })
    await media.deleteRecording({ key: "no/such/folder.flv" })
    await media.deleteRecording({ key: "link.flv" })
    expect(existsSync(join(folder, "7-2.flv"))).toBe(false)
    expect(existsSync(join(base, "secret.flv"))).toBe(true)
    await expect(make().deleteRecording({ key: "7-1.flv" })).rejects.toThrow("RTMP_RECORDINGS_DIR")
    const away = make({ dir: join(base, "unmounted"), url: undefined })
    await expect(away.deleteRecording({ key: "7-1.flv" })).rejects.toThrow("ENOENT")
    expect(existsSync(join(folder, "7-1.flv"))).toBe(true)
  })

  test("an address keeps what a key has of its own", () => {
    expect(keeping().replayAddress({ key: "live/7/a b?.mp4" })).toBe(
      "https://video.example.com/recordings/live/7/a%20b%3F.mp4",
    )
  })

  test("broken files have no length, and do no harm", async () => {
    const path = join(base, "broken")
    for (const name of ["7-1.flv", "7-1.mp4"]) {
      const whole = readFileSync(join(folder, name))
      for (let length = 0; length < whole.length; length += Math.ceil(whole.length / 200)) {
        writeFileSync(path, whole)
        truncateSync(path, length)
        expect([undefined, 0]).toContain(await secondsOf(path))
      }
      for (let at = 0; at < 64; at++) {
        const changed = Buffer.from(whole)
        changed[at] = 0xff
        writeFileSync(path, changed)
        await secondsOf(path)
      }
    }
    writeFileSync(path, readFileSync(join(folder, "7-1.flv")).subarray(0, 13))
    expect(await secondsOf(path)).toBeUndefined()
    writeFileSync(path, "no film at all")
    expect(await secondsOf(path)).toBeUndefined()
  })

  test("long films tell their length too", async () => {
    const path = join(base, "long")
    const tag = (at: number) =>
      Buffer.from([9, 0, 0, 1, (at >> 16) & 255, (at >> 8) & 255, at & 255, (at >> 24) & 255, 0, 0, 0, 0, 0, 0, 0, 12])
    const header = Buffer.from([0x46, 0x4c, 0x56, 1, 1, 0, 0, 0, 9, 0, 0, 0, 0])
    writeFileSync(path, Buffer.concat([header, tag(500), tag(18_000_500)]))
    expect(await secondsOf(path)).toBe(18_000)

    const box = (type: string, ...content: Buffer[]) => {
      const body = Buffer.concat(content)
      const head = Buffer.alloc(8)
      head.writeUInt32BE(body.length + 8)
      head.write(type, 4, "latin1")
      return Buffer.concat([head, body])
    }
    const movie = Buffer.alloc(108)
    movie.writeUInt8(1)
    movie.writeUInt32BE(1_000, 20)
    movie.writeBigUInt64BE(18_000_000n, 24)
    const media = Buffer.alloc(24)
    media.writeUInt32BE(1)
    media.write("mdat", 4, "latin1")
    media.writeBigUInt64BE(24n, 8)
    writeFileSync(path, Buffer.concat([box("ftyp", Buffer.from("isom")), media, box("moov", box("mvhd", movie))]))
    expect(await secondsOf(path)).toBe(18_000)
  })
})
