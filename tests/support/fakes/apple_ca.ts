import { createPrivateKey, type KeyObject, sign, X509Certificate } from "node:crypto"
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { $ } from "bun"

/** Whoever signs as the App Store: a root, an authority and a signer. */
export interface StoreSigner {
  /** The root's certificate, DER. */
  root: Uint8Array
  /** A compact JWS; `header` replaces fields of the usual one. */
  sign(payload: object, header?: object): string
}

export interface SignerOptions {
  /** Whether the signer's certificate is marked as the store's; true when left out. */
  storeMark?: boolean
  /** Whether the authority's certificate is marked as Apple's; true when left out. */
  authorityMark?: boolean
  /** Whether the authority may sign certificates; true when left out. */
  authorityIsCa?: boolean
  /** The curve of the signer's key; P-256 when left out. */
  curve?: "prime256v1" | "secp384r1"
  /** How long the signer's certificate is good for, in days. */
  days?: number
}

/** Makes new keys and certificates. Nothing of them stays on the disk. */
export async function makeStoreSigner(options: SignerOptions = {}): Promise<StoreSigner> {
  const folder = await mkdtemp(join(tmpdir(), "fake-apple-"))
  try {
    await makeFiles(folder, options)
    const [root, authority, leaf] = await Promise.all(["root", "int", "leaf"].map((name) => readDer(folder, name)))
    const key = createPrivateKey(await readFile(join(folder, "leaf.key")))
    const x5c = [leaf, authority, root].map((der) => der?.toString("base64"))
    return {
      root: root ?? Buffer.alloc(0),
      sign: (payload, header) => signJws(payload, { alg: "ES256", x5c, ...header }, key),
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

function signJws(payload: object, header: object, key: KeyObject): string {
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url")
  const signed = `${encode(header)}.${encode(payload)}`
  return `${signed}.${sign("sha256", Buffer.from(signed), { key, dsaEncoding: "ieee-p1363" }).toString("base64url")}`
}

const readDer = async (folder: string, name: string) =>
  new X509Certificate(await readFile(join(folder, `${name}.pem`))).raw

async function makeFiles(folder: string, options: SignerOptions) {
  const { days = 3_650, curve = "prime256v1" } = options
  const at = (name: string) => join(folder, name)
  await writeFile(at("c.cnf"), settings(options))
  for (const name of ["root", "int", "leaf"]) {
    await $`openssl ecparam -name ${name === "leaf" ? curve : "prime256v1"} -genkey -noout -out ${at(`${name}.key`)}`.quiet()
  }
  await $`openssl req -x509 -new -key ${at("root.key")} -sha256 -days 3650 -subj /CN=Root -config ${at("c.cnf")} -extensions v3_root -out ${at("root.pem")}`.quiet()
  const issue = async (name: string, issuer: string, validity: number) => {
    const files = { key: at(`${name}.key`), request: at(`${name}.csr`), out: at(`${name}.pem`) }
    await $`openssl req -new -key ${files.key} -subj /CN=${name} -config ${at("c.cnf")} -out ${files.request}`.quiet()
    await $`openssl x509 -req -in ${files.request} -CA ${at(`${issuer}.pem`)} -CAkey ${at(`${issuer}.key`)} -CAcreateserial -days ${validity} -sha256 -extfile ${at("c.cnf")} -extensions ${`v3_${name}`} -out ${files.out}`.quiet()
  }
  await issue("int", "root", 3_650)
  await issue("leaf", "int", days)
}

function settings({ storeMark = true, authorityMark = true, authorityIsCa = true }: SignerOptions): string {
  return `
[req]
distinguished_name=dn
[dn]
[v3_root]
basicConstraints=critical,CA:TRUE
keyUsage=critical,keyCertSign,cRLSign
[v3_int]
basicConstraints=critical,${authorityIsCa ? "CA:TRUE,pathlen:0" : "CA:FALSE"}
keyUsage=critical,${authorityIsCa ? "keyCertSign,cRLSign" : "digitalSignature"}
${authorityMark ? "1.2.840.113635.100.6.2.1=DER:05:00" : ""}
[v3_leaf]
basicConstraints=critical,CA:FALSE
keyUsage=critical,digitalSignature
${storeMark ? "1.2.840.113635.100.6.11.1=DER:05:00" : ""}
`
}
