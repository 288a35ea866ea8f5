import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { freePort, runNginx } from "../support/fakes/nginx_rtmp.ts"

const rtmpModule = "/usr/lib/nginx/modules/ngx_rtmp_module.so"

export const isInstalled = existsSync(rtmpModule) && Bun.which("nginx") !== null
if (!isInstalled) process.stderr.write(`${rtmpModule} is absent: the story of nginx did NOT run.\n`)

/** The RTMP server and the program's settings as the README has them, moved to free ports and a folder of their own. */
export interface ReadmeNginx extends AsyncDisposable {
  /** The program's part. */
  settings: Record<string, string>
  /** Where recordings are. */
  recordings: string
  /** nginx' part. @param programUrl where the program is */
  start(programUrl: string): Promise<void>
}

export function readReadme(): ReadmeNginx {
  const readme = readFileSync(join(import.meta.dir, "../../README.md"), "utf8")
  const [, section = ""] = /<summary>nginx-rtmp<\/summary>(.*?)<\/details>/s.exec(readme) ?? []
  const [, block = ""] = /```nginx\n(.*?)```/s.exec(section) ?? []
  const folder = mkdtempSync(join(tmpdir(), "mili-readme-"))
  const secret = crypto.randomUUID()
  const [rtmp, control, http] = [freePort(), freePort(), freePort()]
  const moves = [
    ["rtmp://video.example.com/", `rtmp://127.0.0.1:${rtmp}/`],
    ["http://video.example.com/", `http://127.0.0.1:${http}/`],
    ["127.0.0.1:8092", `127.0.0.1:${control}`],
    ["listen 1935;", `listen 127.0.0.1:${rtmp};`],
    ["listen 80;", `listen 127.0.0.1:${http};`],
    ["/var/lib/", `${folder}/`],
    ["/SECRET/", `/${secret}/`],
  ] as const
  const moved = (text: string) => moves.reduce((all, [from, to]) => all.replaceAll(from, to), text)

  const named = [...section.matchAll(/`([A-Z_0-9]+)=([^`]+)`/g)].map(([, name = "", value = ""]) => [
    name,
    moved(value),
  ])
  const recordings = join(folder, "mili-video")
  for (const one of ["mili-video", "mili-hls"]) mkdirSync(join(folder, one))
  let stop = async () => {}
  return {
    settings: {
      ...Object.fromEntries(named),
      RTMP_CALLBACK_SECRET: secret,
      RTMP_RECORDINGS_DIR: recordings,
      RTMP_RECORDINGS_URL: moved("http://video.example.com/recordings"),
    },
    recordings,
    async start(programUrl) {
      const text = moved(block).replaceAll("http://127.0.0.1:3000", programUrl)
      stop = await runNginx(folder, frame(text), [rtmp, control, http])
    },
    async [Symbol.asyncDispose]() {
      await stop()
      rmSync(folder, { recursive: true })
    },
  }
}

/** What Debian's own configuration says around it, and what lets nginx run in a folder, as whoever runs the tests. */
function frame(block: string): string {
  const isRoot = process.getuid?.() === 0
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((one) => `${one}_temp_path ${one};`)
  return `
load_module ${rtmpModule};
${isRoot ? "user root;" : ""}
daemon off;
pid nginx.pid;
error_log stderr crit;
events { worker_connections 128; }
${block.replace("http {", `http {\n  access_log off; ${temporary.join(" ")}`)}`
}
