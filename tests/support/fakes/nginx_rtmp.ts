import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { connect } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"

/** Debian's nginx with its RTMP module, with one application `live`. */
export interface Nginx extends AsyncDisposable {
  /** `rtmp://127.0.0.1:PORT/live` */
  rtmpUrl: string
  /** Where `/stat` and `/control` are, and `/live/ROOM/index.m3u8`. */
  controlUrl: string
  /** The folder that is recorded to. */
  recordings: string
  stop(): Promise<void>
}

/**
 * @param callsUrl what the paths of its calls are put behind
 * @param more lines for the application
 */
export async function startNginx(callsUrl: string, more = ""): Promise<Nginx> {
  const folder = mkdtempSync(join(tmpdir(), "mili-nginx-"))
  const [rtmpPort, httpPort] = [freePort(), freePort()]
  const stop = await runNginx(folder, configuration(folder, rtmpPort, httpPort, callsUrl, more), [rtmpPort, httpPort])
  return {
    rtmpUrl: `rtmp://127.0.0.1:${rtmpPort}/live`,
    controlUrl: `http://127.0.0.1:${httpPort}`,
    recordings: folder,
    stop,
    async [Symbol.asyncDispose]() {
      await stop()
      rmSync(folder, { recursive: true })
    },
  }
}

/**
 * Runs nginx in a folder until it is stopped.
 *
 * @param ports that it will listen on
 * @returns how to stop it, once it listens
 * @throws with what it said when it ends before
 */
export async function runNginx(folder: string, text: string, ports: number[]): Promise<() => Promise<void>> {
  writeFileSync(join(folder, "nginx.conf"), text)
  const child = Bun.spawn(["nginx", "-p", folder, "-c", "nginx.conf"], {
    stdin: "ignore",
    stdout: "ignore",
    stderr: "pipe",
  })
  await Promise.race([Promise.all(ports.map(listening)), failure(child)])
  return async () => {
    child.kill("SIGTERM")
    await child.exited
  }
}

const configuration = (folder: string, rtmpPort: number, httpPort: number, callsUrl: string, more: string) => `
load_module /usr/lib/nginx/modules/ngx_rtmp_module.so;
daemon off;
master_process off;
pid nginx.pid;
error_log stderr crit;
events { worker_connections 128; }
rtmp {
  server {
    listen 127.0.0.1:${rtmpPort};
    application live {
      live on;
      drop_idle_publisher 10s;
      on_publish ${callsUrl}/publish;
      on_play ${callsUrl}/play;
      on_publish_done ${callsUrl}/publish_done;
      on_record_done ${callsUrl}/record_done;
      record all;
      record_path ${folder};
      record_unique on;
      hls on;
      hls_nested on;
      hls_path ${folder}/hls;
      hls_fragment 1s;
      ${more}
    }
  }
}
http {
  access_log off;
  client_body_temp_path body;
  proxy_temp_path proxy;
  fastcgi_temp_path fastcgi;
  uwsgi_temp_path uwsgi;
  scgi_temp_path scgi;
  server {
    listen 127.0.0.1:${httpPort};
    location /stat { rtmp_stat live; }
    location /control { rtmp_control all; }
    location ~ ^/live/(?<room>\\d+)/index\\.m3u8$ {
      set $viewer $args;
      auth_request /watch;
      alias ${folder}/hls/$room/index.m3u8;
    }
    location = /watch {
      internal;
      proxy_pass ${callsUrl}/play?app=live&name=$room&$viewer;
      proxy_pass_request_body off;
      proxy_set_header Content-Length "";
    }
  }
}
`

/** Closed again at once: nobody else here takes ports by number. */
export function freePort(): number {
  const listener = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } })
  listener.stop(true)
  return listener.port
}

/** nginx does not say when it listens. */
async function listening(port: number): Promise<void> {
  while (!(await answers(port))) await Bun.sleep(20)
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: "127.0.0.1", port })
    socket.on("connect", () => {
      socket.destroy()
      resolve(true)
    })
    socket.on("error", () => resolve(false))
  })
}

async function failure(child: Bun.Subprocess<"ignore", "ignore", "pipe">): Promise<never> {
  const said = await new Response(child.stderr).text()
  throw new Error(`nginx ended: ${said}`)
}
