export interface SmsMessage {
  tel: string
  code: string
  purpose: string
}

/** Brings codes to phones. */
export interface SmsProvider {
  readonly name: string
  /** @throws when the message was surely or possibly not sent */
  send(message: SmsMessage): Promise<void>
  /** What is wrong with reaching the provider, or undefined when nothing is. */
  check(): Promise<string | undefined>
}
