/** What the calls that this page makes answer, as far as it reads it; the key spelling is the contract's. */

export interface RoomRow {
  room_id: string
  room_name: string
  owner_id: string
  nick_name: string
  image: string
  cover: string
  location: string
  count: string
  /** Unix seconds. */
  create_time: string
}

export interface FrontPage {
  RoomList: RoomRow[]
  PlayBackList: RoomRow[]
}

export interface RoomInfo {
  RoomId: number
  RoomName: string
  OwnerId: number
  /** RFC 3339. */
  CreateTime: string
  Location: string
  Cover: string
  /** 1 on the air, 0 over. */
  Statue: number
  LiveUrl: string
  flv_url: string
  hls_url: string
}

/** Anybody, as everybody sees them. */
export interface Person {
  NickName: string
  Image: string
  Signature: string
  Fans: number
}

export interface Viewer {
  Uid: number
  NickName: string
  Image: string
}

export interface ChatInfo {
  count: number
  info: Viewer[]
  room: { rice: number }
}

/** Oneself, after signing in. */
export interface UserObject {
  Uid: number
  NickName: string
  Image: string
  Diamond: number
  Token: string
}

export interface GiftKind {
  GiftId: number
  Name: string
  Price: number
  Icon: string
}

/** What a broadcast came to. */
export interface Totals {
  /** Seconds. */
  time: number
  count: string
  rice: string
}

/** What this server lets people do; the demo's own answer. */
export interface DoorSettings {
  registers_by_name: boolean
  codes_are_logged: boolean
  /** Whether a browser may publish to the line that the page uses; servers of others take RTMP alone. */
  takes_browsers_video: boolean
}
