import { optional, port, type Setting, secret, setting, text, url } from "./setting.ts"

/** Live video: who carries it and what it may take. */
export const mediaSettings = {
  rtmpPort: setting("RTMP_PORT", "1935", "Port of the RTMP addresses when RTMP_URL is not set", port),
  rtmpUrl: optional(
    "RTMP_URL",
    "Base of push and play addresses, e.g. rtmp://video.example.com/live",
    url("rtmp", "rtmps"),
  ),
  playUrl: optional(
    "PLAY_URL",
    "Base of the FLV and HLS addresses, e.g. https://video.example.com/live",
    url("http", "https"),
  ),
  streamSecret: secret("STREAM_SECRET", "Signs push and play addresses; by default derived from the data key", text),
} satisfies Record<string, Setting<unknown>>
