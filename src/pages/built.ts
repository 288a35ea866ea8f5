import type { PageFile } from "./bundle.ts"

/** The pages' files inside the binary, by the page: `scripts/build` puts them in the place of this. There are none when running from sources. */
export const built: Record<string, PageFile[]> = {}
