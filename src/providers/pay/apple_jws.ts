import { verify, X509Certificate } from "node:crypto"
import { z } from "zod"
import { extensionsOf } from "./apple_certificate.ts"
import { PayRefused } from "./index.ts"

/** The longest text read, in characters; a notice with two signed texts inside has less than 20,000. */
const textMost = 100_000
/** An Apple certificate in base64 has about 1,000 characters. */
const certificateMost = 10_000

/** Marks the certificates that sign what the App Store says, and the authority of those. */
const storeExtension = "1.2.840.113635.100.6.11.1"
const authorityExtension = "1.2.840.113635.100.6.2.1"

const certificate = z.string().max(certificateMost)
const header = z.object({ alg: z.literal("ES256"), x5c: z.tuple([certificate, certificate, certificate]) })
const signed = z.object({ signedDate: z.number() })

/**
 * Reads a compact JWS that the App Store signed, after checking all of it: the signature (ES256), that its certificates
 * lead to one of the roots, that they are those of the store, and that they were good when it was signed.
 *
 * Revocation is not asked for, so that nothing depends on Apple being reachable.
 *
 * @returns the payload, of whatever app
 * @throws {PayRefused}
 */
export function readJws(jws: string, roots: readonly X509Certificate[]): unknown {
  if (jws.length > textMost) throw new PayRefused("Apple's signed text is too long")
  const [, head, payload, signature] = /^([\w-]+)\.([\w-]+)\.([\w-]*)$/.exec(jws) ?? []
  if (!head || !payload) throw new PayRefused("Apple's signed text is malformed")
  const [leaf, authority] = certificatesOf(head)
  const root = checkChain(leaf, authority, roots)
  checkSignature(leaf, `${head}.${payload}`, signature ?? "")
  const content = parse(payload)
  const { data } = signed.safeParse(content)
  if (!data) throw new PayRefused("Apple's signed text has no date")
  for (const one of [leaf, authority, root]) checkDate(one, data.signedDate)
  return content
}

/** The signer's and its authority's certificate. The third is the sender's idea of a root, of which we have our own. */
function certificatesOf(head: string): [X509Certificate, X509Certificate] {
  const { data } = header.safeParse(parse(head))
  if (!data) throw new PayRefused("Apple's signed text is not in ES256 with three certificates")
  const [leaf, authority] = data.x5c
  return [readCertificate(leaf), readCertificate(authority)]
}

function readCertificate(base64: string): X509Certificate {
  try {
    return new X509Certificate(Buffer.from(base64, "base64"))
  } catch {
    throw new PayRefused("a certificate of Apple's signed text is malformed")
  }
}

/** A root is known by its key and name: Apple may have issued another certificate of it. */
function checkChain(
  leaf: X509Certificate,
  authority: X509Certificate,
  roots: readonly X509Certificate[],
): X509Certificate {
  const root = roots.find((one) => authority.ca && isIssuedBy(authority, one))
  if (!root || !isIssuedBy(leaf, authority))
    throw new PayRefused("the signer's certificates do not lead to Apple's root")
  if (!extensionsOf(leaf).includes(storeExtension) || !extensionsOf(authority).includes(authorityExtension)) {
    throw new PayRefused("the signer's certificates are not those of the App Store")
  }
  return root
}

function isIssuedBy(one: X509Certificate, issuer: X509Certificate): boolean {
  try {
    return one.issuer === issuer.subject && one.verify(issuer.publicKey)
  } catch {
    return false
  }
}

function checkSignature({ publicKey }: X509Certificate, text: string, signature: string) {
  const isP256 = publicKey.asymmetricKeyDetails?.namedCurve === "prime256v1"
  const key = { key: publicKey, dsaEncoding: "ieee-p1363" } as const
  if (!isP256 || !verify("sha256", Buffer.from(text), key, Buffer.from(signature, "base64url"))) {
    throw new PayRefused("the signature of Apple's signed text is wrong")
  }
}

function checkDate({ validFrom, validTo }: X509Certificate, date: number) {
  // Written so that a date which is none refuses as well.
  if (!(Date.parse(validFrom) <= date && date <= Date.parse(validTo))) {
    throw new PayRefused("a certificate of Apple's signed text was not good when it was signed")
  }
}

function parse(part: string): unknown {
  try {
    return JSON.parse(Buffer.from(part, "base64url").toString())
  } catch {
    throw new PayRefused("Apple's signed text is malformed")
  }
}
