/** A file that is no whole backup; the message is the rest of a sentence that begins with the file's name. */
export class Unusable extends Error {
  override readonly name = "Unusable"
}
