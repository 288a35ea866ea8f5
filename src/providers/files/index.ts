/** What a picture is for; also the name of its bucket where the provider is this server. */
export type FileKind = "face" | "cover"

export const fileKinds: FileKind[] = ["face", "cover"]

export type FilesProviderName = "builtin" | "qiniu"

/** A file by its name, which is given out once and never again. */
export interface NamedFile {
  kind: FileKind
  /** At most 750 bytes, of letters, digits, `-` and `_`. */
  key: string
}

/** A picture as it is kept. */
export interface KeptFile extends NamedFile {
  /** Qiniu's hash of the bytes that came. */
  etag: string
  /** Under which this server finds the bytes, which others may share; empty where another keeps them. */
  content: string
  type: string
  /** How many are kept. */
  bytes: number
  width: number
  height: number
}

/** What may happen to a name: a picture may come, none may, or the one of this etag has come. */
export type Standing = "free" | "forbidden" | { etag: string }

/** What came of a picture: it is its owner's now, another one has that name, or its owner may have none. */
export type Outcome = "kept" | "exists" | "forbidden"

/** What a provider asks and tells; what it means for people is the listener's. */
export interface FilesListener {
  standing(file: NamedFile): Promise<Standing>
  /**
   * A picture is there, and is its owner's from now on. May be told twice. Unless it is kept, the provider is asked to
   * remove it.
   */
  arrived(file: KeptFile): Promise<Outcome>
  /** A picture is there that must not be: the provider is asked to remove it. */
  unwanted(file: KeptFile): Promise<void>
}

/** A call that a provider makes to this server. */
export interface FilesCallback {
  method: string
  /** The path and the query, byte for byte as they were sent: signatures are over them. */
  target: string
  headers: Headers
  body: Uint8Array
}

/** A provider does not take a picture now; the reason is for the log. */
export class FilesUnavailable extends Error {
  override readonly name = "FilesUnavailable"
}

/** Keeps people's pictures. */
export interface FilesProvider {
  readonly name: FilesProviderName
  /** Where Qiniu's SDKs are to be pointed at; undefined where they find the place by themselves. */
  readonly uploadUrl: string | undefined
  /** What lets a phone upload one picture under one name, in the form of Qiniu's upload tokens. */
  uploadToken(file: NamedFile, userId: number): Promise<string>
  /** Host and path under which `/KEY` is found. */
  placeOf(kind: FileKind): string
  /** The full address of a file. */
  addressOf(file: NamedFile): string
  /**
   * Keeps a picture that came another way than by a phone's upload.
   *
   * @param read brings it into memory when its turn comes
   * @throws {ImageFault} when it is none that can be shown
   * @throws {FilesUnavailable}
   */
  put(file: NamedFile, read: () => Promise<Uint8Array>, listener: FilesListener): Promise<Outcome>
  /**
   * @param isWanted whether anybody still has it, asked when it cannot change any more
   * @throws when the provider does not answer; a file that is gone is fine
   */
  remove(file: Pick<KeptFile, "kind" | "key" | "content">, isWanted: () => Promise<boolean>): Promise<void>
  /** Answers the provider's own call that a picture has come, after a look at whether it is the provider's. */
  notify?(callback: FilesCallback, listener: FilesListener): Promise<Response>
  /** What is wrong with reaching the provider, or undefined when nothing is. */
  check(): Promise<string | undefined>
}
