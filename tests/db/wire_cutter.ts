import type { Socket } from "bun"

interface Link {
  far: Promise<Socket<undefined>>
}

/** A line to a server that can be cut, so that its clients see connections vanish and none come up until it is mended. */
export function layLine(server: string) {
  const target = new URL(server)
  const ends = new Set<Socket<unknown>>()
  let isCut = false

  const line = Bun.listen<Link>({
    hostname: "127.0.0.1",
    port: 0,
    socket: {
      open(near) {
        if (isCut) return void near.terminate()
        ends.add(near)
        const far = Bun.connect({
          hostname: target.hostname,
          port: Number(target.port),
          socket: {
            data: (_, bytes) => void near.write(bytes),
            close: () => void near.end(),
          },
        })
        near.data = { far }
        far.then((socket) => ends.add(socket))
      },
      async data(near, bytes) {
        const copy = Uint8Array.from(bytes)
        ;(await near.data.far).write(copy)
      },
      async close(near) {
        ends.delete(near)
        const far = await near.data?.far
        far?.end()
      },
    },
  })
  return {
    /** A database's address by this line. */
    through(address: string): string {
      const through = new URL(address)
      through.port = String(line.port)
      return through.href
    },
    cut() {
      isCut = true
      for (const end of ends) end.terminate()
      ends.clear()
    },
    mend() {
      isCut = false
    },
    [Symbol.dispose]: () => line.stop(true),
  }
}
