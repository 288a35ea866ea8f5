import type { PageFile } from "./bundle.ts"

/** The page's files inside the binary: `scripts/build` puts them in the place of this. There are none when running from sources. */
export const built: PageFile[] | undefined = undefined
