export interface SmsMessage {
  tel: string
  code: string
  purpose: string
}

/** The message was surely not sent, so sending another one harms nobody. */
export class SmsNotSent extends Error {
  override readonly name = "SmsNotSent"
}

/** Brings codes to phones. */
export interface SmsProvider {
  readonly name: string
  /** @throws {SmsNotSent} when it surely was not sent, and any other error when nobody can tell */
  send(message: SmsMessage): Promise<void>
  /** What is wrong with reaching the provider, or undefined when nothing is. */
  check(): Promise<string | undefined>
}
