/**
 * How a publication ended: its owner stopped it; the browser cannot encode H.264 or AAC, or could and failed; a camera,
 * microphone or other track ended; the server did not take the address; another encoder took the host's place; the room is
 * over; nothing came from the tracks for too long; the server cut it, for a limit it broke; the server cannot be reached, or
 * not any more.
 */
export type Ending =
  | "stopped"
  | "unsupported"
  | "failed"
  | "unplugged"
  | "refused"
  | "replaced"
  | "over"
  | "silent"
  | "cut"
  | "unreachable"
