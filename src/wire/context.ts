import type { Server } from "bun"
import type { FlvCaller } from "../providers/media/index.ts"
import type { Seat } from "../realtime/seat.ts"

/** What a websocket is for: a seat in a room, or a stream to watch or to publish. */
export type SocketData = Seat | FlvCaller

/** What every handler's context carries. */
export interface Wire {
  Bindings: {
    server: Server<SocketData>
  }
}
