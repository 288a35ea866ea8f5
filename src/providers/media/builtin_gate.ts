import type { StreamRequest } from "../../video/packet.ts"
import type { Gate } from "../../video/studio.ts"
import type { MediaListener } from "./index.ts"
import { opens, type Signing, type Use } from "./rtmp_keys.ts"

/** Room ids as addresses have them. */
const roomName = /^[1-9]\d{0,15}$/

/** The room that a request's address is signed for. */
export function roomOf(signing: Signing, use: Use, { name, query }: Omit<StreamRequest, "from">): number | undefined {
  const roomId = Number(name)
  return roomName.test(name) && opens(signing, use, roomId, query) ? roomId : undefined
}

/** Who may publish and watch: whose address is signed, for a room whose state allows it. */
export function createGate(signing: Signing, listener: () => MediaListener | undefined): Gate {
  const room = (request: StreamRequest, use: Use) => roomOf(signing, use, request)
  return {
    async mayPublish(request) {
      const roomId = room(request, "push")
      return roomId !== undefined && (await listener()?.mayPublish(roomId)) ? { roomId } : undefined
    },
    async mayWatch(request) {
      const roomId = room(request, "play")
      return roomId !== undefined && (await listener()?.mayWatch(roomId)) ? { roomId } : undefined
    },
  }
}
