import { connect, type Socket } from "node:net"
import { join } from "node:path"
import { pendingFiles } from "./stage.ts"

interface Half {
  token: string
  key: string
  file: Buffer
}

/** Sends the first half of an upload by form and goes on holding the line. */
export async function holdsHalf(url: string, { token, key, file }: Half): Promise<Socket> {
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname)
  socket.on("error", () => {})
  await new Promise((resolve) => socket.once("connect", resolve))
  const part = (name: string, more = "") => `--half\r\nContent-Disposition: form-data; name="${name}"${more}\r\n\r\n`
  const head = `${part("token")}${token}\r\n${part("key")}${key}\r\n${part("file", '; filename="a"')}`
  const type = "Content-Type: multipart/form-data; boundary=half"
  const length = head.length + file.length + "\r\n--half--".length
  socket.write(`POST / HTTP/1.1\r\nHost: ${hostname}\r\n${type}\r\nContent-Length: ${length}\r\n\r\n${head}`)
  await new Promise((resolve) => socket.write(file.subarray(0, file.length / 2), resolve))
  return socket
}

/** Drafts that have at least so many bytes. */
export const draftsIn = (dir: string, bytes = 0): string[] =>
  pendingFiles(dir).filter((name) => name.endsWith(".new") && Bun.file(join(dir, "pending", name)).size >= bytes)

/** Waits until there are just so many drafts of at least so many bytes. */
export async function untilDrafts(dir: string, count: number, bytes = 0): Promise<void> {
  while (draftsIn(dir, bytes).length !== count) await Bun.sleep(5)
}
