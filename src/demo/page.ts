import { join } from "node:path"
import type { Page } from "../pages/bundle.ts"

export const demoPage: Page = {
  name: "demo",
  folder: join(import.meta.dir, "page"),
  terms: [
    "preact/LICENSE",
    "mpegts.js/LICENSE",
    "mpegts.js/dist/mpegts.js.LICENSE.txt",
    "hls.js/LICENSE",
    "mediabunny/LICENSE",
    "@mediabunny/aac-encoder/LICENSE",
  ],
  moreTerms: [join(import.meta.dir, "terms/ffmpeg.txt")],
}
