import type { Publication, Studio } from "../packet.ts"
import { sentChunkSize } from "./chunk_writer.ts"
import { type Command, failure, objectOf, onFlashCall, onStatus, result } from "./command.ts"
import { peerBandwidth, receiveWindow, setChunkSize, windowSize } from "./control.ts"
import { mediaStream } from "./message.ts"
import { PlayerRole, streamNotFound } from "./player.ts"
import { ProtocolError } from "./protocol_error.ts"
import { PublisherRole } from "./publisher.ts"
import type { Session } from "./session.ts"
import { type Door, doorOf, requestIn } from "./stream_request.ts"

/** Codecs beyond those of old; their packets are passed on untouched, as all are (Enhanced RTMP, `fourCcList`). */
const fourCcs = ["hvc1", "av01", "avc1", "vp09"]

/** The commands of a client and what is answered (RTMP 1.0, section 7.2). */
export class Dialogue {
  private door: Door | undefined
  private role: "publishing" | "playing" | undefined

  constructor(
    private readonly session: Session,
    private readonly studio: Studio,
  ) {}

  /** @throws {ProtocolError} when something comes before `connect` */
  hear(command: Command) {
    const { session } = this
    const { name, transaction } = command
    if (name === "connect") return this.connect(command)
    const { door } = this
    if (!door) throw new ProtocolError(`${name.slice(0, 32)} came before connect`)
    switch (name) {
      case "releaseStream":
      case "FCPublish":
        return session.send(result(transaction, null, undefined))
      case "createStream":
        return session.send(result(transaction, null, mediaStream))
      case "getStreamLength":
        return session.send(result(transaction, null, 0))
      case "publish":
        return this.publish(command, door)
      case "play":
        return this.play(command, door)
      case "pause":
        return this.pause(command)
      case "FCUnpublish":
      case "deleteStream":
      case "closeStream":
        return this.finish()
    }
  }

  private connect(command: Command) {
    const { session } = this
    if (this.door) throw new ProtocolError("connect came twice")
    session.send(windowSize(receiveWindow))
    session.send(peerBandwidth(receiveWindow))
    session.send(setChunkSize(sentChunkSize))
    this.door = doorOf(command)
    if (!this.door) {
      const code = "NetConnection.Connect.Rejected"
      const refusal = failure(command.transaction, { level: "error", code, description: "No such application" })
      return session.end("no such application", [refusal])
    }
    const isEnhanced = Array.isArray(objectOf(command)["fourCcList"])
    const properties = { fmsVer: "FMS/3,0,1,123", capabilities: 31, ...(isEnhanced && { fourCcList: fourCcs }) }
    const code = "NetConnection.Connect.Success"
    const information = { level: "status", code, description: "Connection succeeded.", objectEncoding: 0 }
    session.send(result(command.transaction, properties, information))
    session.proceed()
  }

  private publish(command: Command, door: Door) {
    const { session } = this
    const refuse = (why: string) => {
      session.end(why, [
        onStatus({
          level: "error",
          code: "NetStream.Publish.BadName",
          description: "This server does not take that stream",
        }),
      ])
    }
    if (this.role) return refuse("a connection is used once")
    this.role = "publishing"
    const request = requestIn(command, door, session.from)
    if (!request) return refuse("no such stream")
    const publisher = { close: (why: string) => session.end(why) }
    void session.ask<Publication>(() => this.studio.publish(request, publisher), {
      yes(publication) {
        const code = "NetStream.Publish.Start"
        const status = { level: "status", code, description: `Publishing ${request.name}` } as const
        session.begin(new PublisherRole(publication), request.name)
        session.send(onFlashCall("onFCPublish", status))
        session.send(onStatus(status))
      },
      no: () => refuse("the studio refused it"),
      late: (publication) => publication.ended(),
    })
  }

  private play(command: Command, door: Door) {
    const { session } = this
    const refuse = (why: string) => session.end(why, [streamNotFound()])
    if (this.role) return refuse("a connection is used once")
    this.role = "playing"
    const request = requestIn(command, door, session.from)
    if (!request) return refuse("no such stream")
    const player = new PlayerRole(session)
    void session.ask(() => this.studio.watch(request, "rtmp", player), {
      yes(leave) {
        session.begin(player, request.name)
        player.start(request.name, () => session.safely(leave))
      },
      no: () => refuse("the studio refused it"),
      late: (leave) => leave(),
    })
  }

  /** A live stream does not wait: the client may stop showing it. */
  private pause({ values }: Command) {
    if (this.role !== "playing") return
    const code = values[1] === false ? "NetStream.Unpause.Notify" : "NetStream.Pause.Notify"
    this.session.send(onStatus({ level: "status", code, description: "A live stream goes on" }))
  }

  /** The client is done with its stream. A stream that it has made and not used is nothing to finish. */
  private finish() {
    if (!this.role) return
    const status = { level: "status", code: "NetStream.Unpublish.Success", description: "Stopped" } as const
    const lastWords = this.role === "publishing" ? [onFlashCall("onFCUnpublish", status), onStatus(status)] : []
    this.session.end("the client is done", lastWords)
  }
}
