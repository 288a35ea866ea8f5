import { Socket } from "../support/socket.ts"
import { onLoopback } from "./stage.ts"

/** A room as its host and its viewers reach it, on the loopback. */
export interface Broadcast {
  id: number
  pushUrl: string
  rtmpUrl: string
  flvUrl: string
  hlsUrl: string
}

type Answer = Record<string, unknown>

/** A host at the real program, who registers by name. */
export class Studio {
  private token = ""

  private constructor(private url: string) {}

  static async open(url: string): Promise<Studio> {
    const studio = new Studio(url)
    const account = `host_${crypto.randomUUID().slice(0, 8)}`
    const { token } = await studio.ask("/action/register", { account, pwd: "sing-a-song" })
    studio.token = String(token)
    return studio
  }

  /** The program was started again at another address. */
  moves(url: string): void {
    this.url = url
  }

  async goesLive(opening: Record<string, string | number>): Promise<Broadcast> {
    const { url } = await this.ask("/room/live_create", {})
    const { roomid } = await this.ask("/room/create_room", opening)
    const info = await this.infoOf(Number(roomid))
    return {
      id: Number(roomid),
      pushUrl: onLoopback(String(url)),
      rtmpUrl: onLoopback(String(info["LiveUrl"])),
      flvUrl: this.here(info["flv_url"]),
      hlsUrl: this.here(info["hls_url"]),
    }
  }

  async closes({ id }: Broadcast): Promise<void> {
    await this.ask("/room/close_room", { roomid: id })
  }

  /** Sits down in a room's chat. */
  enters({ id }: Pick<Broadcast, "id">): Promise<Socket> {
    return Socket.open(`${this.url.replace("http", "ws")}/channel/${id}/ws?token=${this.token}`)
  }

  /** Waits until a picture comes. */
  async isOnAir({ flvUrl }: Broadcast): Promise<void> {
    const reader = (await fetch(flvUrl)).body?.getReader()
    for (let bytes = 0; bytes < 2_000; ) {
      const { value, done } = (await reader?.read()) ?? { value: undefined, done: true }
      if (done) throw new Error("no picture came")
      bytes += value?.length ?? 0
    }
    await reader?.cancel()
  }

  async isLive({ id }: Broadcast): Promise<boolean> {
    return (await this.infoOf(id))["Statue"] === 1
  }

  /** How many segments a room's live playlist has. */
  async segmentsIn({ hlsUrl }: Broadcast): Promise<number> {
    const playlist = await fetch(hlsUrl.replace("index.m3u8", "stream.m3u8"))
    return ((await playlist.text()).match(/#EXTINF/g) ?? []).length
  }

  /** Waits until the room is over and its recording can be played. @returns where */
  async replayOf({ id }: Broadcast): Promise<string> {
    while (true) {
      const info = await this.infoOf(id)
      if (info["Statue"] === 0 && info["LiveUrl"] !== "") return this.here(info["LiveUrl"])
      await Bun.sleep(100)
    }
  }

  private async infoOf(id: number): Promise<Answer> {
    const { info } = await this.ask(`/room_info?rid=${id}`)
    return info as Answer
  }

  /** The same address; of this program, which was not told how it is reached, where it is. */
  private here(address: unknown): string {
    return String(address).replace(/^http:\/\/localhost:\d+/, this.url)
  }

  private async ask(path: string, form?: Record<string, string | number>): Promise<Answer> {
    const body = form && new URLSearchParams({ token: this.token, ...form } as Record<string, string>)
    const answer = (await (await fetch(this.url + path, body ? { method: "POST", body } : {})).json()) as Answer
    if (answer["ErrCode"] !== 0) throw new Error(`${path}: ${JSON.stringify(answer)}`)
    return answer
  }
}
