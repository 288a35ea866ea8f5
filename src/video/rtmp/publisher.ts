import type { Packet, Publication } from "../packet.ts"
import { messagesIn } from "./aggregate.ts"
import { playerData } from "./chunk_writer.ts"
import { onStatus, withoutAmf3Byte } from "./command.ts"
import { type Message, messageType } from "./message.ts"
import type { Role } from "./role.ts"

/** Hands a client's media to the publication it holds. */
export class PublisherRole implements Role {
  readonly kind = "publishing"

  constructor(private readonly publication: Publication) {}

  /** @throws {ProtocolError} when an aggregate message is cut short */
  take(message: Message) {
    switch (message.type) {
      case messageType.audio:
        return this.give("audio", message, message.body)
      case messageType.video:
        return this.give("video", message, message.body)
      case messageType.data:
      case messageType.amf3Data:
        return this.give("data", message, playerData(withoutAmf3Byte(message)))
      case messageType.aggregate:
        for (const part of messagesIn(message)) if (part.type !== messageType.aggregate) this.take(part)
    }
  }

  farewell(why: string): Uint8Array[] {
    return [onStatus({ level: "error", code: "NetStream.Failed", description: why })]
  }

  over(): void {
    this.publication.ended()
  }

  private give(kind: Packet["kind"], { timestamp }: Message, body: Uint8Array) {
    if (body.length > 0) this.publication.take(kind, timestamp, body)
  }
}
