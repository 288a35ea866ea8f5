import { join } from "node:path"

/** A page of this program's, and what it carries of others. */
export interface Page {
  name: string
  /** Where its sources are. */
  folder: string
  /** The terms of the packages in it, as paths below `node_modules`. */
  terms: string[]
  /** Files with further terms. */
  moreTerms: string[]
}

/** A file of a page, under the name it is asked for. */
export interface PageFile {
  name: string
  type: string
  text: string
}

const packages = join(import.meta.dir, "../../node_modules")

/**
 * Bundles a page from its sources; every file but the page itself has its content's hash in its name.
 *
 * @throws {AggregateError} when a source is wrong or a package is not installed
 */
export async function bundlePage(page: Page): Promise<PageFile[]> {
  const { outputs } = await Bun.build({
    entrypoints: [join(page.folder, "index.html")],
    target: "browser",
    splitting: true,
    minify: true,
    jsx: { runtime: "automatic", importSource: "preact", development: false },
    naming: { entry: "[name].[ext]", chunk: "[name]-[hash].[ext]", asset: "[name]-[hash].[ext]" },
  })
  const files = outputs.map(async (output) => ({
    name: output.path.replace(/^\.\//, ""),
    type: output.type,
    text: await output.text(),
  }))
  return [...(await Promise.all(files)), await licences(page)]
}

async function licences({ terms, moreTerms }: Page): Promise<PageFile> {
  const texts = [
    ...terms.map(async (path) => `${path}\n\n${await Bun.file(join(packages, path)).text()}`),
    ...moreTerms.map((path) => Bun.file(path).text()),
  ]
  return { name: "licences.txt", type: "text/plain;charset=utf-8", text: (await Promise.all(texts)).join("\n\n") }
}
