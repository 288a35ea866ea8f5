/**
 * Ticks at a steady rate also in a window that nobody looks at, where the browser slows the page's own timers down to one a
 * second: those of a worker go on.
 *
 * @returns what stops it
 */
export function startClock(everyMilliseconds: number, tick: () => void): () => void {
  const script = `setInterval(() => postMessage(0), ${everyMilliseconds})`
  const address = URL.createObjectURL(new Blob([script], { type: "text/javascript" }))
  const worker = new Worker(address)
  worker.onmessage = tick
  return () => {
    worker.terminate()
    URL.revokeObjectURL(address)
  }
}
