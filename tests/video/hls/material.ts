import { tmpdir } from "node:os"
import { join } from "node:path"
import type { Packet } from "../../../src/video/packet.ts"
import { readFlv } from "./flv.ts"

export interface Recipe {
  seconds: number
  /** Of each key frame from the next. */
  keySeconds?: number
  bFrames?: number
  fps?: number
  size?: string
  /** Whether frames are missing here and there. */
  uneven?: boolean
  /** Of the sound, in Hz. */
  rate?: number
  only?: "video" | "audio"
}

const made = new Map<string, Promise<Packet[]>>()

/** What a host with ffmpeg sends: moving pictures and a tone, packaged by a real encoder. */
export function material(recipe: Recipe): Promise<Packet[]> {
  const key = JSON.stringify(recipe)
  const packets = made.get(key) ?? make(recipe)
  made.set(key, packets)
  return packets
}

async function make(recipe: Recipe): Promise<Packet[]> {
  const { seconds, keySeconds = 2, bFrames = 0, fps = 30, size = "192x108", rate = 44_100, only, uneven } = recipe
  const gop = Math.round(keySeconds * fps)
  const video = [
    ...["-c:v", "libx264", "-preset", "veryfast", "-pix_fmt", "yuv420p", "-bf", `${bFrames}`, "-g", `${gop}`],
    ...["-keyint_min", `${gop}`, "-sc_threshold", "0", "-threads", "1"],
    ...(uneven ? ["-vf", "select=mod(n\\,5)*mod(n\\,7)", "-fps_mode", "vfr"] : []),
  ]
  const sources = [
    ...(only === "audio" ? [] : ["-f", "lavfi", "-i", `testsrc2=s=${size}:r=${fps}`]),
    ...(only === "video" ? [] : ["-f", "lavfi", "-i", `sine=f=440:r=${rate}`]),
  ]
  const codecs = [...(only === "audio" ? [] : video), ...(only === "video" ? [] : ["-c:a", "aac", "-ar", `${rate}`])]
  return readFlv(await ffmpeg([...sources, "-t", `${seconds}`, ...codecs, "-f", "flv", "-"]))
}

/** Runs ffmpeg; @returns what it writes to its output @throws with what it complains of */
export async function ffmpeg(args: string[]): Promise<Uint8Array> {
  const child = Bun.spawn(["ffmpeg", "-v", "error", "-nostdin", ...args], {
    stdout: "pipe",
    stderr: "pipe",
    // The AV1 encoder has a log of its own.
    env: { ...process.env, SVT_LOG: "1" },
  })
  const [output, errors] = await Promise.all([new Response(child.stdout).bytes(), new Response(child.stderr).text()])
  if ((await child.exited) !== 0 || errors) throw new Error(`ffmpeg: ${errors}`)
  return output
}

/** A file that goes when it goes out of scope. */
export async function temporaryFile(bytes: Uint8Array): Promise<AsyncDisposable & { path: string }> {
  const path = join(tmpdir(), `mili-${process.pid}-${crypto.randomUUID()}.mp4`)
  await Bun.write(path, bytes)
  return { path, [Symbol.asyncDispose]: () => Bun.file(path).delete() }
}

/** How many frames of a kind ffmpeg decodes of a video at an address. @throws when there is the least error in it */
export async function decoded(url: string, kind: "v" | "a"): Promise<number> {
  const checks = ["-map", `0:${kind}`, "-fps_mode", "passthrough", "-f", "framecrc", "-"]
  const lines = new TextDecoder().decode(await ffmpeg(["-xerror", "-i", url, ...checks])).split("\n")
  return lines.filter((line) => /^\d/.test(line)).length
}

/** Those of a kind that carry something to see or hear: neither configurations nor the end of a sequence. */
export const frames = (packets: Packet[], kind: "video" | "audio"): Packet[] =>
  packets.filter((packet) => packet.kind === kind && !packet.isConfig && !isEnd(packet))

const isEnd = ({ kind, body }: Packet) => kind === "video" && (body[0] ?? 0) < 0x80 && body[1] === 2
