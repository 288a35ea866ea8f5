import { createHmac } from "node:crypto"
import { type Config, publicUrlOf } from "../../config.ts"
import type { Keys } from "../../keys.ts"
import type { MediaProvider } from "./index.ts"
import { rtmpMedia } from "./rtmp.ts"

/** The provider of every line. Without addresses of its own in the configuration it stands on this server's host. */
export function mediaProvider(config: Config, keys: Pick<Keys, "sign">, now: () => number): MediaProvider {
  const { streamSecret, rtmpPort } = config
  const publicUrl = publicUrlOf(config)
  return rtmpMedia({
    rtmpUrl: config.rtmpUrl ?? `rtmp://${new URL(publicUrl).hostname}:${rtmpPort}/live`,
    playUrl: config.playUrl ?? `${publicUrl}/live`,
    sign: (text) =>
      streamSecret === undefined
        ? keys.sign("stream", text)
        : createHmac("sha256", streamSecret).update(text).digest("hex"),
    now,
  })
}
