import { readBounded, TooLong } from "./body.ts"

/** The longest answer read unless told, in bytes; most have less than a tenth of it to tell. */
const bytesUsual = 65_536

export interface Answer {
  status: number
  /** Text, whatever type it says it has. */
  body: string
}

/** No answer came, or too long a one. The message is fit for a log: it has no address in it, which may carry a token. */
export class Unanswered extends Error {
  override readonly name = "Unanswered"

  constructor(
    message: string,
    /** Nobody was connected to, so the question was surely not heard. */
    readonly unheard: boolean,
  ) {
    super(message)
  }
}

/**
 * Asks a vendor once, following no redirect. Any status is an answer.
 *
 * @param who names the vendor in messages
 * @param until how long the answer and its body may take, in milliseconds; or what ends this question and others together
 * @param bytesMost the longest answer read
 * @throws {Unanswered}
 */
export async function ask(
  who: string,
  url: string,
  request: RequestInit,
  until: number | AbortSignal,
  bytesMost = bytesUsual,
): Promise<Answer> {
  const signal = typeof until === "number" ? AbortSignal.timeout(until) : until
  try {
    const answer = await fetch(url, { ...request, redirect: "error", signal })
    return { status: answer.status, body: Buffer.from(await readBounded(answer.body, bytesMost)).toString() }
  } catch (error) {
    if (error instanceof TooLong) throw new Unanswered(`${who} answered with too much`, false)
    if (signal.aborted) {
      throw new Unanswered(`${who} did not answer in ${typeof until === "number" ? `${until} ms` : "time"}`, false)
    }
    throw new Unanswered(`${who} cannot be reached`, isUnheard(error))
  }
}

/** Nobody listens, there is no such host or no way to it, or it is not whom its certificate should name. */
const notConnected =
  /^(ECONNREFUSED|ENOTFOUND|EAI_\w+|EHOSTUNREACH|ENETUNREACH|ERR_TLS_CERT_\w+|CERT_\w+|\w*SELF_SIGNED_CERT\w*)$/

const isUnheard = (error: unknown) => error instanceof Error && "code" in error && notConnected.test(String(error.code))

/** What keeps a harmless question from being answered, or undefined when nothing does. */
export async function trouble(question: Promise<unknown>): Promise<string | undefined> {
  try {
    await question
    return undefined
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

/** The JSON of an answer, undefined when it is none. Some vendors send theirs as `text/plain`. */
export function jsonIn({ body }: Answer): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}
