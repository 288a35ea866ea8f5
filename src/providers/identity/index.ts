/** Vendors whose accounts open ours. */
export const vendors = ["weixin", "qq", "sina", "facebook", "twitter"] as const
export type Vendor = (typeof vendors)[number]

/** A person as a vendor vouches for them, once its token and our app were checked. */
export interface Identity {
  /** Ids by which the vendor knows the person, the one that lasts longest first. */
  ids: [string, ...string[]]
  /** As the vendor has it: unchecked, and empty when it tells none. */
  nickName: string
  /** 0 not told, 1 male, 2 female. */
  sex: 0 | 1 | 2
  /** The city, else the province; empty when it tells none. */
  location: string
  pictureUrl: string | undefined
}

/** What a phone shows of a person's account at a vendor. `openId` is the vendor's own id of them. */
export interface Proofs {
  weixin: { openId: string; accessToken: string; refreshToken: string }
  qq: { openId: string; accessToken: string }
  sina: { openId: string; accessToken: string }
  facebook: { openId: string; accessToken: string }
  twitter: { openId: string; accessToken: string; tokenSecret: string }
}

/** The vendor says no, or vouches for another person or app; trying again is no use. The message is fit for a log. */
export class IdentityRefused extends Error {
  override readonly name = "IdentityRefused"
}

/** The vendor could not be asked, or answered nonsense: nobody knows, so it is worth trying again. */
export class IdentityUnavailable extends Error {
  override readonly name = "IdentityUnavailable"
}

export interface IdentityProvider<Proof> {
  readonly name: string
  /** Asks the vendor about a person. @throws {IdentityRefused} {IdentityUnavailable} */
  verify(proof: Proof): Promise<Identity>
  /** What is wrong with reaching the vendor, or undefined when nothing is. */
  check(): Promise<string | undefined>
}

/** The vendors that are configured. */
export type IdentityProviders = { [V in Vendor]: IdentityProvider<Proofs[V]> | undefined }
