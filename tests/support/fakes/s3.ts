import { createHash, createHmac } from "node:crypto"
import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"

const keys = { id: "AKIDEXAMPLE", secret: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY" }
const region = "eu-west-1"
const bucket = "backups"
/** Amazon takes no request whose date is further off, in milliseconds. */
const skewMax = 15 * 60_000

/**
 * How it behaves until told otherwise. `broken` answers 503 to everything, `forgetful` keeps a byte less than it got,
 * `garbling` gives another byte back, `full` takes no upload, `hanging` breaks the line in an upload.
 */
export type S3Mood = "well" | "broken" | "forgetful" | "garbling" | "full" | "hanging"

/** One bucket of S3, as far as backups need it. Every request's signature (SigV4) is checked. */
export interface FakeS3 extends AsyncDisposable {
  /** What points the server here. */
  env: Record<string, string>
  objects: Map<string, Buffer>
  /** What was asked, such as `PUT /backups/mili/a.tar`. */
  asked: string[]
  mood: S3Mood
}

interface Store {
  fake: FakeS3
  uploads: Map<string, Map<number, Buffer>>
}

export async function startFakeS3(): Promise<FakeS3> {
  const server = createServer((request, response) => {
    answer(store, request, response).catch((error) => refuse(response, 500, String(error)))
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const fake: FakeS3 = {
    env: {
      BACKUP_TO: `s3://${bucket}/mili`,
      BACKUP_S3_ENDPOINT: url,
      BACKUP_S3_REGION: region,
      BACKUP_S3_KEY_ID: keys.id,
      BACKUP_S3_SECRET: keys.secret,
    },
    objects: new Map(),
    asked: [],
    mood: "well",
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  const store: Store = { fake, uploads: new Map() }
  return fake
}

async function answer(store: Store, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { fake } = store
  const chunks: Uint8Array[] = []
  for await (const chunk of request) chunks.push(chunk)
  const body = Buffer.concat(chunks)
  const { pathname, searchParams: query } = new URL(request.url ?? "", "http://s3")
  const { method = "" } = request
  fake.asked.push(`${method} ${pathname}`)
  if (fake.mood === "broken") return refuse(response, 503, "SlowDown")
  const fault = faultOf(request, body)
  if (fault) return refuse(response, 403, fault)
  const [, named, ...rest] = decodeURIComponent(pathname).split("/")
  if (named !== bucket) return refuse(response, 404, "NoSuchBucket")
  const key = rest.join("/")
  if (key === "" && method === "GET") return list(store, query, response)
  if (method === "PUT" || method === "POST") return take(store, { method, key, query, body }, response)
  if (method === "DELETE") {
    store.uploads.delete(query.get("uploadId") ?? "")
    if (!query.has("uploadId")) fake.objects.delete(key)
    return void response.writeHead(204).end()
  }
  const kept = fake.objects.get(key)
  if (!kept) return refuse(response, 404, "NoSuchKey")
  const given = Buffer.from(kept)
  if (fake.mood === "garbling") given[given.length >> 1] = (given[given.length >> 1] ?? 0) ^ 1
  const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(String(request.headers.range ?? "")) ?? []
  const part = from === undefined ? given : given.subarray(Number(from), to ? Number(to) + 1 : undefined)
  response.writeHead(from === undefined ? 200 : 206, { "Content-Length": part.length, ETag: etagOf(kept) })
  response.end(method === "HEAD" ? undefined : part)
}

interface Upload {
  method: string
  key: string
  query: URLSearchParams
  body: Buffer
}

async function take(
  { fake, uploads }: Store,
  { method, key, query, body }: Upload,
  response: ServerResponse,
): Promise<void> {
  if (fake.mood === "full") return refuse(response, 507, "InsufficientStorage")
  if (fake.mood === "hanging") return void response.socket?.destroy()
  const keep = (bytes: Buffer) => fake.objects.set(key, fake.mood === "forgetful" ? bytes.subarray(1) : bytes)
  const uploadId = query.get("uploadId") ?? ""
  if (query.has("uploads")) {
    const id = crypto.randomUUID()
    uploads.set(id, new Map())
    return xml(
      response,
      `<InitiateMultipartUploadResult><Bucket>${bucket}</Bucket><Key>${key}</Key><UploadId>${id}</UploadId></InitiateMultipartUploadResult>`,
    )
  }
  const parts = uploads.get(uploadId)
  if (uploadId !== "" && !parts) return refuse(response, 404, "NoSuchUpload")
  if (method === "PUT") {
    if (parts) parts.set(Number(query.get("partNumber")), body)
    else keep(body)
    return void response.writeHead(200, { ETag: etagOf(body) }).end()
  }
  const named = [...body.toString().matchAll(/<PartNumber>(\d+)<\/PartNumber>/g)].map(([, number]) => Number(number))
  keep(Buffer.concat(named.map((number) => parts?.get(number) ?? Buffer.alloc(0))))
  uploads.delete(uploadId)
  xml(
    response,
    `<CompleteMultipartUploadResult><Bucket>${bucket}</Bucket><Key>${key}</Key></CompleteMultipartUploadResult>`,
  )
}

/** A page of two names, so that whoever lists has to turn it. */
function list({ fake }: Store, query: URLSearchParams, response: ServerResponse): void {
  const prefix = query.get("prefix") ?? ""
  const after = query.get("start-after") ?? ""
  const names = [...fake.objects.keys()].filter((key) => key.startsWith(prefix) && key > after).sort()
  const page = names.slice(0, 2)
  const contents = page.map(
    (key) => `<Contents><Key>${key}</Key><Size>${fake.objects.get(key)?.length}</Size></Contents>`,
  )
  xml(
    response,
    `<ListBucketResult><Name>${bucket}</Name><KeyCount>${page.length}</KeyCount><IsTruncated>${names.length > page.length}</IsTruncated>${contents.join("")}</ListBucketResult>`,
  )
}

/** What is wrong with a request's signature, worked out by AWS' Signature Version 4. */
function faultOf(request: IncomingMessage, body: Buffer): string | undefined {
  const header = (name: string) => String(request.headers[name] ?? "")
  const [, id, scope = "", signed = "", signature] =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/([^,]+), ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/.exec(
      header("authorization"),
    ) ?? []
  if (id !== keys.id) return "InvalidAccessKeyId"
  const date = header("x-amz-date")
  const [day, ...place] = scope.split("/")
  if (place.join("/") !== `${region}/s3/aws4_request` || !date.startsWith(`${day}T`))
    return "AuthorizationHeaderMalformed"
  const at = Date.parse(date.replace(/^(....)(..)(..)T(..)(..)(..)Z$/, "$1-$2-$3T$4:$5:$6Z"))
  if (!(Math.abs(at - Date.now()) < skewMax)) return "RequestTimeTooSkewed"
  if (!["host", "x-amz-content-sha256", "x-amz-date"].every((one) => signed.split(";").includes(one)))
    return "AccessDenied"
  const payload = header("x-amz-content-sha256")
  if (payload !== "UNSIGNED-PAYLOAD" && payload !== sha256(body)) return "XAmzContentSHA256Mismatch"
  const [path = "", query = ""] = (request.url ?? "").split("?")
  const pairs = query === "" ? [] : query.split("&").map((pair) => (pair.includes("=") ? pair : `${pair}=`))
  const headers = signed.split(";").map((name) => `${name}:${header(name).trim().replace(/ +/g, " ")}\n`)
  const canonical = [request.method, path, pairs.sort().join("&"), headers.join(""), signed, payload].join("\n")
  const text = ["AWS4-HMAC-SHA256", date, scope, sha256(canonical)].join("\n")
  const key = scope
    .split("/")
    .reduce<Buffer | string>((before, part) => hmac(before, part).digest(), `AWS4${keys.secret}`)
  return hmac(key, text).digest("hex") === signature ? undefined : "SignatureDoesNotMatch"
}

const sha256 = (bytes: Buffer | string) => createHash("sha256").update(bytes).digest("hex")
const hmac = (key: Buffer | string, text: string) => createHmac("sha256", key).update(text)
const etagOf = (bytes: Buffer) => `"${createHash("md5").update(bytes).digest("hex")}"`

function xml(response: ServerResponse, text: string): void {
  response.writeHead(200, { "Content-Type": "application/xml" }).end(`<?xml version="1.0" encoding="UTF-8"?>${text}`)
}

function refuse(response: ServerResponse, status: number, code: string): void {
  response.writeHead(status, { "Content-Type": "application/xml" })
  response.end(`<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>${code}</Message></Error>`)
}
