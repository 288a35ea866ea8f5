import { ChunkReader } from "./chunk_reader.ts"
import { acknowledgement, numberOf, pong, receiveWindow } from "./control.ts"
import { Handshake } from "./handshake.ts"
import { type Message, messageType } from "./message.ts"

/** What comes in on a connection: the handshake, then messages. It minds the protocol's own ones, and acknowledges. */
export class Intake {
  private handshake: Handshake | undefined
  private readonly reader: ChunkReader
  private received = 0
  private acknowledged = 0
  private window = receiveWindow

  /** @param messageMost as of the chunk reader @param send sends answers */
  constructor(
    messageMost: number,
    private readonly send: (bytes: Uint8Array) => void,
  ) {
    this.handshake = new Handshake(send)
    this.reader = new ChunkReader(messageMost)
  }

  set messageMost(bytes: number) {
    this.reader.messageMost = bytes
  }

  /** Takes bytes as they came, without a copy: nobody may change them afterwards. @throws {ProtocolError} */
  take(bytes: Uint8Array): void {
    this.received += bytes.length
    const rest = this.handshake ? this.handshake.take(bytes) : bytes
    if (!rest) return
    this.handshake = undefined
    this.reader.push(rest)
  }

  /** @returns the next message that is not the protocol's own, or undefined until more is taken @throws {ProtocolError} */
  next(): Message | undefined {
    for (let message = this.reader.next(); message; message = this.reader.next()) {
      if (!this.obey(message)) return message
    }
    return undefined
  }

  /** Acknowledges what was received, once it is as much as the client waits for. */
  acknowledge(): void {
    if (this.received - this.acknowledged < this.window) return
    this.acknowledged = this.received
    this.send(acknowledgement(this.received))
  }

  private obey({ type, body }: Message): boolean {
    switch (type) {
      case messageType.windowSize:
        this.window = numberOf(body) || receiveWindow
        return true
      case messageType.userControl: {
        const answer = pong(body)
        if (answer) this.send(answer)
        return true
      }
      case messageType.acknowledgement:
      case messageType.peerBandwidth:
        return true
      default:
        return false
    }
  }
}
