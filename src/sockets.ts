import type { ServerWebSocket, WebSocketHandler } from "bun"
import type { FlvCaller, FlvDoor } from "./providers/media/index.ts"
import type { Seat } from "./realtime/seat.ts"
import type { SocketData } from "./wire/context.ts"

/** A stream's beginning is sent in one message, and more than this is never unsent. */
const videoBytesMax = 16 * 1024 * 1024

/** Bun has one handler for all websockets of a server: sends each event where the socket belongs. */
export function socketHandler(rooms: WebSocketHandler<Seat>, video: FlvDoor | undefined): WebSocketHandler<SocketData> {
  return {
    ...rooms,
    backpressureLimit: videoBytesMax,
    open: (socket) => (isVideo(socket) ? video?.open(socket) : rooms.open?.(inRoom(socket))),
    message: (socket, data) => (isVideo(socket) ? video?.message(socket, data) : rooms.message?.(inRoom(socket), data)),
    drain: (socket) => (isVideo(socket) ? video?.drain(socket) : rooms.drain?.(inRoom(socket))),
    close: (socket, code, reason) =>
      isVideo(socket) ? video?.close(socket) : rooms.close?.(inRoom(socket), code, reason),
  } as WebSocketHandler<SocketData>
}

const isVideo = (socket: ServerWebSocket<SocketData>): socket is ServerWebSocket<FlvCaller> => "stream" in socket.data

const inRoom = (socket: ServerWebSocket<SocketData>) => socket as ServerWebSocket<Seat>
