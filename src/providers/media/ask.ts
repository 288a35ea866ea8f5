/** The longest answer read unless told, in bytes; most have less than a tenth of it to tell. */
const bytesUsual = 65_536

export interface MediaAnswer {
  status: number
  body: string
}

/**
 * Asks a provider of video. The address is in no message, since it may hold a signature.
 *
 * @param who names the provider in messages
 * @param timeout how long the answer and its body may take, in milliseconds
 * @param bytesMost the longest answer read
 * @throws {Error} for no answer in time, a redirect or too long an answer; any status is an answer
 */
export async function ask(
  who: string,
  url: string,
  request: RequestInit,
  timeout: number,
  bytesMost = bytesUsual,
): Promise<MediaAnswer> {
  const signal = AbortSignal.timeout(timeout)
  try {
    const answer = await fetch(url, { ...request, redirect: "error", signal })
    return { status: answer.status, body: await readBounded(answer, bytesMost) }
  } catch (error) {
    if (error instanceof TooLong) throw new Error(`${who} answered with too much`)
    throw new Error(signal.aborted ? `${who} did not answer in ${timeout} ms` : `${who} cannot be reached`)
  }
}

class TooLong extends Error {}

async function readBounded(answer: Response, bytesMost: number): Promise<string> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of answer.body ?? []) {
    length += chunk.length
    if (length > bytesMost) throw new TooLong()
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString()
}

/** What keeps a harmless question from being answered, or undefined when nothing does. */
export async function trouble(question: Promise<unknown>): Promise<string | undefined> {
  try {
    await question
    return undefined
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}
