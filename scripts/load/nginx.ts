import { mkdirSync } from "node:fs"
import { join } from "node:path"
import { cpuSeconds, freePort, rssKib } from "./process.ts"

const rtmpModule = "/usr/lib/nginx/modules/ngx_rtmp_module.so"
const startMs = 5_000

/** nginx-rtmp on core 0, in one process that relays RTMP and does nothing else. */
export interface Nginx extends AsyncDisposable {
  /** Base of its addresses. */
  url: string
  cpuSeconds(): number
  rssKib(): number
}

/** @throws when it does not start: Debian has it as libnginx-mod-rtmp */
export async function startNginx(home: string): Promise<Nginx> {
  const folder = join(home, "nginx")
  mkdirSync(folder, { recursive: true })
  const port = freePort()
  const config = `load_module ${rtmpModule}; daemon off; master_process off; pid ${folder}/pid; error_log ${folder}/log;
events { worker_connections 2048; }
rtmp { server { listen 127.0.0.1:${port}; chunk_size 60000; application live { live on; } } }`
  await Bun.write(join(folder, "nginx.conf"), config)
  const nginx = Bun.spawn(["taskset", "-c", "0", "nginx", "-p", folder, "-c", join(folder, "nginx.conf")])
  const deadline = performance.now() + startMs
  while (!(await answers(port))) {
    if (performance.now() > deadline) throw new Error("nginx with its RTMP module did not start")
    await Bun.sleep(20)
  }
  return {
    url: `rtmp://127.0.0.1:${port}/live`,
    cpuSeconds: () => cpuSeconds(nginx.pid),
    rssKib: () => rssKib(nginx.pid),
    async [Symbol.asyncDispose]() {
      nginx.kill("SIGTERM")
      await nginx.exited
    },
  }
}

async function answers(port: number): Promise<boolean> {
  try {
    const socket = await Bun.connect({ hostname: "127.0.0.1", port, socket: { data() {} } })
    socket.end()
    return true
  } catch {
    return false
  }
}
