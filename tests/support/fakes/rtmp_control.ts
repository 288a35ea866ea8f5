/** How a server's own interface answers. `slow` never does, `endless` does not stop. */
export type ControlMood = "well" | "slow" | "garbage" | "endless" | "failing"

export interface Control {
  url: string
  mood: ControlMood
  /** Everything that was asked, such as `DELETE /api/v1/clients/1`. */
  asked: string[]
  stop(): Promise<void>
}

/** A server's own interface on the loopback. */
export function serveControl(answer: (request: Request, url: URL) => Response | Promise<Response>): Control {
  const control: Control = { url: "", mood: "well", asked: [], stop: () => server.stop(true) }
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    idleTimeout: 60,
    fetch(request): Response | Promise<Response> {
      const url = new URL(request.url)
      control.asked.push(`${request.method} ${url.pathname}`)
      return misbehave(control.mood) ?? answer(request, url)
    },
  })
  control.url = `http://127.0.0.1:${server.port}`
  return control
}

function misbehave(mood: ControlMood): Response | Promise<Response> | undefined {
  switch (mood) {
    case "well":
      return undefined
    case "slow":
      return new Promise(() => {})
    case "garbage":
      return new Response("<html>It works!</html>")
    case "failing":
      return Response.json({ error: "internal" }, { status: 500 })
    case "endless":
      return new Response(new ReadableStream({ pull: (stream) => stream.enqueue(new Uint8Array(65_536).fill(32)) }))
  }
}
