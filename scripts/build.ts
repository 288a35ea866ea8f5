import { join } from "node:path"
import { consolePage } from "../src/console/page.ts"
import { demoPage } from "../src/demo/page.ts"
import { bundlePage } from "../src/pages/bundle.ts"

const root = join(import.meta.dir, "..")

/** Runs on any x64 processor; `--all` adds the builds that need AVX2 and the other platforms. */
const ordinary = { target: "bun-linux-x64-baseline", outfile: "dist/mili" } as const

const everywhere = [
  "linux-x64",
  "linux-x64-baseline",
  "linux-arm64",
  "linux-x64-musl",
  "linux-x64-musl-baseline",
  "linux-arm64-musl",
  "darwin-x64",
  "darwin-arm64",
  "windows-x64",
  "windows-x64-baseline",
].map((platform) => ({ target: `bun-${platform}` as Bun.Build.CompileTarget, outfile: `dist/mili-${platform}` }))

const pages = { demo: await bundlePage(demoPage), console: await bundlePage(consolePage) }

interface Output {
  target: Bun.Build.CompileTarget
  outfile: string
}

/** Compiles the program with everything it needs inside; the worker is an entry of its own, beside the first. */
async function compile({ target, outfile }: Output): Promise<void> {
  await Bun.build({
    entrypoints: [join(root, "src/main.ts"), join(root, "src/db/checkpoint_worker.ts")],
    compile: { target, outfile: join(root, outfile) },
    naming: { entry: "[name].[ext]" },
    format: "esm",
    minify: true,
    bytecode: true,
    sourcemap: "none",
    // Asked for by qiniu's HTTP client where there is one, and none is installed.
    external: ["proxy-agent"],
    files: { [join(root, "src/pages/built.ts")]: `export const built = ${JSON.stringify(pages)}` },
  })
  process.stdout.write(`${outfile}\n`)
}

for (const output of process.argv.includes("--all") ? everywhere : [ordinary]) await compile(output)
