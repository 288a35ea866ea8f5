import { describeAudio } from "./codec/audio.ts"
import { describeVideo } from "./codec/video.ts"
import type { Packet } from "./packet.ts"

/** What a packet's body tells of its place in the stream. */
export interface Reading {
  isConfig: boolean
  isKey: boolean
  /** In milliseconds. */
  compositionOffset: number
  /** Whether it is of no use before its kind's configuration came. */
  needsConfig: boolean
}

/** How the body of the stream's metadata begins, in AMF0. */
const onMetaData = Buffer.from("\x02\x00\x0aonMetaData", "latin1")

/** @returns undefined for what no viewer can use: unknown codecs, other data messages than metadata, garbage */
export function read(kind: Packet["kind"], body: Uint8Array): Reading | undefined {
  switch (kind) {
    case "video": {
      const tag = describeVideo(body)
      return tag && { ...tag, needsConfig: !tag.isConfig }
    }
    case "audio": {
      const tag = describeAudio(body)
      const needsConfig = tag?.codec === "aac" && !tag.isConfig
      return tag && { isConfig: tag.isConfig, isKey: false, compositionOffset: 0, needsConfig }
    }
    case "data": {
      const isMetadata = onMetaData.equals(body.subarray(0, onMetaData.length))
      return isMetadata ? { isConfig: true, isKey: false, compositionOffset: 0, needsConfig: false } : undefined
    }
  }
}
