import { expect, test } from "bun:test"
import { ALL_FORMATS, BufferSource, EncodedPacketSink, Input } from "mediabunny"
import type { Packet } from "../../../src/video/packet.ts"
import { asPacket } from "./flv.ts"
import { decoded, ffmpeg, frames, temporaryFile } from "./material.ts"
import { Stage } from "./stage.ts"

const encoders = {
  hvc1: [
    "-c:v",
    "libx265",
    "-preset",
    "ultrafast",
    "-tag:v",
    "hvc1",
    "-x265-params",
    "log-level=none:pools=1:keyint=30:open-gop=0",
  ],
  av01: ["-c:v", "libsvtav1", "-preset", "12", "-svtav1-params", "keyint=30"],
}

/** What a host sends by Enhanced RTMP: a header with the codec's four letters instead of a number. */
async function enhanced(fourCc: keyof typeof encoders): Promise<Packet[]> {
  await using file = await temporaryFile(new Uint8Array())
  const source = ["-f", "lavfi", "-i", "testsrc2=s=192x108:r=15", "-t", "6"]
  await ffmpeg(["-y", ...source, ...encoders[fourCc], file.path])
  const bytes = Buffer.from(await Bun.file(file.path).bytes())
  const input = new Input({ source: new BufferSource(bytes), formats: ALL_FORMATS })
  const track = await input.getPrimaryVideoTrack()
  const box = bytes.indexOf(fourCc === "hvc1" ? "hvcC" : "av1C")
  if (!track || box < 0) throw new Error("ffmpeg wrote no video")

  const body = (type: number, isKey: boolean, rest: Uint8Array[]) =>
    Buffer.concat([new Uint8Array([0x80 | (isKey ? 0x10 : 0x20) | type]), Buffer.from(fourCc), ...rest])
  const record = bytes.subarray(box + 4, box - 4 + bytes.readUInt32BE(box - 4))
  const packets = [asPacket("video", 0, body(0, true, [record]))]
  const encoded = []
  for await (const packet of new EncodedPacketSink(track).packets()) encoded.push(packet)
  const shown = encoded.map(({ timestamp }) => Math.round(timestamp * 1_000))
  const sorted = shown.toSorted((one, other) => one - other)
  const delay = Math.max(...sorted.map((at, index) => at - (shown[index] ?? 0)))
  for (const [index, packet] of encoded.entries()) {
    const at = sorted[index] ?? 0
    const offset = Buffer.alloc(3)
    offset.writeIntBE((shown[index] ?? 0) - at + delay, 0, 3)
    packets.push(
      asPacket("video", at, body(1, packet.type === "key", [...(fourCc === "hvc1" ? [offset] : []), packet.data])),
    )
  }
  return packets
}

test.each(["hvc1", "av01"] as const)("Bo watches a stream of %s", async (fourCc) => {
  await using stage = new Stage({ listed: 100, listedMin: 100 })
  const packets = await enhanced(fourCc)
  const validator = await stage.broadcasts(packets)

  expect(validator.problems).toEqual([])
  expect(validator.variant?.attributes["CODECS"]).toStartWith(fourCc)
  expect(validator.variant?.attributes["RESOLUTION"]).toBe("192x108")
  expect(validator.segments).toHaveLength(3)
  expect(await decoded(stage.url(), "v")).toBe(frames(packets, "video").length)
  expect(stage.logged).toEqual([])
})
