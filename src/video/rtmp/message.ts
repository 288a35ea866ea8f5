/** One RTMP message, put together from its chunks. */
export interface Message {
  /** See `messageType`. */
  type: number
  /** Absolute, in milliseconds modulo 2^32. */
  timestamp: number
  streamId: number
  body: Uint8Array
}

/** Message type ids (RTMP 1.0, sections 5.4, 6.2 and 7.1). */
export const messageType = {
  setChunkSize: 1,
  abort: 2,
  acknowledgement: 3,
  userControl: 4,
  windowSize: 5,
  peerBandwidth: 6,
  audio: 8,
  video: 9,
  amf3Data: 15,
  amf3Command: 17,
  data: 18,
  command: 20,
  aggregate: 22,
} as const

/** The only message stream: `createStream` answers it whenever it is asked. */
export const mediaStream = 1
