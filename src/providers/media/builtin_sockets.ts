import type { Log } from "../../log.ts"
import { closePushSocket, openPushSocket, pushSocketMessage } from "../../video/flv/push_socket.ts"
import { closeFlvSocket, drainFlvSocket, openFlvSocket } from "../../video/flv/socket.ts"
import type { Studio } from "../../video/packet.ts"
import type { FlvDoor } from "./index.ts"

/** The websockets that video comes and goes by. */
export const flvSockets = (studio: Studio, log: Log): FlvDoor => ({
  open(socket) {
    const { stream, wants } = socket.data
    void (wants === "publish" ? openPushSocket(studio, stream, socket, log) : openFlvSocket(studio, stream, socket))
  },
  message(socket, message) {
    if (socket.data.wants === "publish") pushSocketMessage(socket, message)
    else socket.close(1003, "nothing is heard here")
  },
  drain: drainFlvSocket,
  close(socket) {
    closeFlvSocket(socket)
    closePushSocket(socket)
  },
})
