import { join } from "node:path"

/** A file of the page, under the name it is asked for. */
export interface PageFile {
  name: string
  type: string
  text: string
}

const page = join(import.meta.dir, "page")
const packages = join(import.meta.dir, "../../node_modules")

/** The terms under which the page carries the work of others. */
const terms = [
  "preact/LICENSE",
  "mpegts.js/LICENSE",
  "mpegts.js/dist/mpegts.js.LICENSE.txt",
  "hls.js/LICENSE",
  "mediabunny/LICENSE",
  "@mediabunny/aac-encoder/LICENSE",
]

/**
 * Bundles the page from its sources; every file but the page itself has its content's hash in its name.
 *
 * @throws {AggregateError} when a source is wrong or a package is not installed
 */
export async function bundlePage(): Promise<PageFile[]> {
  const { outputs } = await Bun.build({
    entrypoints: [join(page, "index.html")],
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
  return [...(await Promise.all(files)), await licences()]
}

async function licences(): Promise<PageFile> {
  const texts = [
    ...terms.map(async (path) => `${path}\n\n${await Bun.file(join(packages, path)).text()}`),
    Bun.file(join(import.meta.dir, "terms/ffmpeg.txt")).text(),
  ]
  return { name: "licences.txt", type: "text/plain;charset=utf-8", text: (await Promise.all(texts)).join("\n\n") }
}
