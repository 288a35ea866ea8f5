import { PayUnavailable } from "./index.ts"

/** The longest answer read, in bytes; a receipt's holds every subscription's renewals. */
const bytesMost = 4 * 1024 * 1024

/** Asks Apple for JSON. @throws {PayUnavailable} for no answer before the signal, too long a one, or one that is no JSON */
export async function askApple(
  url: string,
  request: RequestInit,
  signal: AbortSignal,
): Promise<{ status: number; body: unknown }> {
  try {
    const answer = await fetch(url, { ...request, redirect: "error", signal })
    const text = await readBounded(answer)
    return { status: answer.status, body: answer.ok ? JSON.parse(text) : readError(text) }
  } catch (error) {
    if (error instanceof PayUnavailable) throw error
    if (error instanceof SyntaxError) throw new PayUnavailable("Apple's answer is malformed")
    throw new PayUnavailable(signal.aborted ? "Apple did not answer in time" : "Apple cannot be reached")
  }
}

/** Asks once more what Apple could not answer; a signal that has ended ends the second asking at once. */
export async function askTwice<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask()
  } catch (error) {
    if (!(error instanceof PayUnavailable)) throw error
    return ask()
  }
}

async function readBounded(answer: Response): Promise<string> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of answer.body ?? []) {
    length += chunk.length
    if (length > bytesMost) throw new PayUnavailable("Apple answered with too much")
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString()
}

/** Some of Apple's errors are plain text. */
function readError(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
