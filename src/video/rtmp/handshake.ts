import { randomFillSync } from "node:crypto"
import { ProtocolError } from "./protocol_error.ts"

const version = 3
/** C1, C2, S1 and S2 are all this long. */
const blockSize = 1_536

/**
 * The plain handshake (RTMP 1.0, section 5.2), server's side. Clients that offer a digest see four zero bytes in S1, which
 * tells them that this server has none, and go on with the plain one.
 */
export class Handshake {
  private received = Buffer.alloc(0)
  private answered = false

  /** @param answer sends S0, S1 and S2 */
  constructor(private readonly answer: (bytes: Uint8Array) => void) {}

  /**
   * @returns what follows the handshake, empty or not, once it is done; undefined before
   * @throws {ProtocolError} when the client speaks something else
   */
  take(bytes: Uint8Array): Uint8Array | undefined {
    this.received = this.received.length === 0 ? Buffer.from(bytes) : Buffer.concat([this.received, bytes])
    if (this.received.length > 0 && this.received[0] !== version) throw new ProtocolError("this is not plain RTMP")
    if (!this.answered && this.received.length >= 1 + blockSize) {
      this.answered = true
      this.answer(answerTo(this.received.subarray(1, 1 + blockSize)))
    }
    return this.received.length < 1 + 2 * blockSize ? undefined : this.received.subarray(1 + 2 * blockSize)
  }
}

function answerTo(c1: Uint8Array): Buffer {
  const answer = Buffer.alloc(1 + 2 * blockSize)
  answer[0] = version
  // Time and version are left zero.
  randomFillSync(answer, 9, blockSize - 8)
  answer.set(c1, 1 + blockSize)
  return answer
}
