import type { ServerWebSocket, WebSocketHandler } from "bun"
import type { FlvDoor, FlvViewer } from "./providers/media/index.ts"
import type { Seat } from "./realtime/seat.ts"
import type { SocketData } from "./wire/context.ts"

/** A stream's beginning is sent in one message, and more than this is never unsent. */
const videoBytesMax = 16 * 1024 * 1024

/** Bun has one handler for all websockets of a server: sends each event where the socket belongs. */
export function socketHandler(rooms: WebSocketHandler<Seat>, video: FlvDoor | undefined): WebSocketHandler<SocketData> {
  return {
    ...rooms,
    backpressureLimit: videoBytesMax,
    open: (socket) => (isViewer(socket) ? video?.open(socket) : rooms.open?.(inRoom(socket))),
    message: (socket, text) =>
      isViewer(socket) ? socket.close(1003, "nothing is heard here") : rooms.message?.(inRoom(socket), text),
    drain: (socket) => (isViewer(socket) ? video?.drain(socket) : rooms.drain?.(inRoom(socket))),
    close: (socket, code, reason) =>
      isViewer(socket) ? video?.close(socket) : rooms.close?.(inRoom(socket), code, reason),
  } as WebSocketHandler<SocketData>
}

const isViewer = (socket: ServerWebSocket<SocketData>): socket is ServerWebSocket<FlvViewer> => "stream" in socket.data

const inRoom = (socket: ServerWebSocket<SocketData>) => socket as ServerWebSocket<Seat>
