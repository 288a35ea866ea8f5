import { join } from "node:path"
import type { Page } from "../pages/bundle.ts"

export const consolePage: Page = {
  name: "console",
  folder: join(import.meta.dir, "page"),
  terms: ["preact/LICENSE", "mpegts.js/LICENSE", "mpegts.js/dist/mpegts.js.LICENSE.txt", "hls.js/LICENSE"],
  moreTerms: [],
}
