import type { Server } from "bun"
import type { Seat } from "../realtime/seat.ts"

/** What every handler's context carries. */
export interface Wire {
  Bindings: {
    server: Server<Seat>
  }
}
