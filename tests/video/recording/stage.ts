import { mkdtemp, readdir, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createLog } from "../../../src/log.ts"
import type { Disk } from "../../../src/storage/disk.ts"
import type { Packet } from "../../../src/video/packet.ts"
import type { RecordingLimits } from "../../../src/video/recording/limits.ts"
import { createRecordings, type Recordings } from "../../../src/video/recording/recordings.ts"
import { replayAnswer } from "../../../src/video/recording/replay.ts"
import { Record as Log } from "../../realtime/record.ts"
import { Ana, key, Stage, turn } from "../hls/stage.ts"
import { HlsValidator } from "../hls/validator.ts"

export { Ana }

interface Options {
  disk?: Disk
  freeMin?: number
  limits?: Partial<RecordingLimits>
  /** A folder that is there; otherwise one is made, and goes with the stage. */
  dir?: string
}

/** Rooms whose streams are recorded, and replayed over HTTP. */
export class Studio implements AsyncDisposable {
  readonly live = new Stage()
  readonly told = new Log<{ roomId: number; key: string; seconds: number; bytes: number }>()
  readonly logged: string[] = []
  readonly open = new Set<number>()
  /** The most bytes a recording may come to. */
  bytesMax = Number.POSITIVE_INFINITY
  /** What was asked before every segment. */
  readonly asked: number[] = []
  deaf = false
  readonly recordings: Recordings
  private readonly server: Bun.Server<undefined>

  private constructor(
    readonly dir: string,
    private readonly isOwn: boolean,
    options: Options,
  ) {
    this.recordings = createRecordings({
      dir,
      keep: (roomId, sink) => this.live.hls.keep(roomId, sink),
      isOpen: (roomId) => this.open.has(roomId),
      mayKeep: (_, bytes) => {
        this.asked.push(bytes)
        return bytes <= this.bytesMax
      },
      freeMin: options.freeMin ?? 0,
      onRecorded: (roomId, recording) => {
        if (this.deaf) throw new Error("nobody listens")
        this.told.add({ roomId, ...recording })
      },
      log: createLog((line) => this.logged.push(line)),
      ...(options.disk ? { disk: options.disk } : {}),
      ...(options.limits ? { limits: options.limits } : {}),
    })
    this.server = Bun.serve({
      port: 0,
      fetch: async (request) => {
        const { pathname, search } = new URL(request.url)
        const [, name = "", file = ""] = pathname.split("/")
        const answer = await replayAnswer(dir, name, file, search.slice(1), request)
        return answer ?? new Response(undefined, { status: 404 })
      },
    })
  }

  static async open(options: Options = {}): Promise<Studio> {
    const dir = options.dir ?? (await mkdtemp(join(tmpdir(), "mili-recording-")))
    return new Studio(dir, options.dir === undefined, options)
  }

  url(file = "index.m3u8", roomId: number | string = Ana): string {
    return `${this.server.url}${roomId}/${file}?${key}`
  }

  validator(): HlsValidator {
    return new HlsValidator((uri) => fetch(`${this.server.url}${Ana}/${uri}`), key)
  }

  files(roomId = Ana): Promise<string[]> {
    return readdir(join(this.dir, String(roomId)))
  }

  path = (file: string) => join(this.dir, String(Ana), file)

  /** Records a whole broadcast of one publisher after the other. */
  async records(...publishers: Packet[][]): Promise<void> {
    this.live.stream()
    this.recordings.start(Ana)
    for (const packets of publishers) await this.live.publish(packets)
    this.live.end()
    await this.recordings.finish(Ana)
  }

  /** Resolves when everything that was sent is on the disk, or was refused. */
  async journaled(lines: number): Promise<void> {
    while (
      ((await Bun.file(this.path("journal")).exists()) ? await Bun.file(this.path("journal")).text() : "").split("\n")
        .length <= lines
    ) {
      await turn()
    }
  }

  async [Symbol.asyncDispose]() {
    await this.live[Symbol.asyncDispose]()
    await this.recordings.close()
    await this.server.stop(true)
    if (this.isOwn) await rm(this.dir, { recursive: true })
  }
}
