export interface SmsMessage {
  tel: string
  code: string
  purpose: string
}

/** Which of an app's two forms somebody uses. */
export type Platform = "android" | "ios"

/** The message was surely not sent, so sending another one harms nobody. */
export class SmsNotSent extends Error {
  override readonly name: string = "SmsNotSent"
}

/** The vendor says no; trying again is no use. */
export class SmsRefused extends SmsNotSent {
  override readonly name = "SmsRefused"
}

interface Reachable {
  readonly name: string
  /** What is wrong with reaching the provider, or undefined when nothing is. */
  check(): Promise<string | undefined>
}

/** Brings codes of ours to phones. */
export interface SmsSender extends Reachable {
  /** @throws {SmsNotSent} when it surely was not sent, and any other error when nobody can tell */
  send(message: SmsMessage): Promise<void>
}

/** Knows the codes that a phone's own SDK had sent, each of which it takes once. */
export interface SmsVerifier extends Reachable {
  /** Asks whether a code is right, which uses it up. @throws {Error} when nobody can tell */
  verify(tel: string, code: string, platform: Platform): Promise<boolean>
}

/** How codes come to phones: sent by us, or by the vendor. */
export type SmsProvider = SmsSender | SmsVerifier
