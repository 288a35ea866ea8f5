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
  /** Conferences on the air. */
  MultipleList: RoomRow[]
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
  /** `Mtype` is 1 in a conference. */
  room: { rice: number; Mtype: number }
}

/** Somebody on the stage of a conference, or asked onto it. */
export interface Member {
  uid: string
  nick_name: string
  image: string
  state: "host" | "on_stage" | "asked"
}

/** A server that helps two browsers find each other. */
export interface IceServer {
  urls: string[]
  username?: string
  credential?: string
}

/** What lets somebody onto a stage; `rtc` says who carries sound and picture there. */
export interface PassAnswer {
  rid: string
  rtc: string
  ice_servers: IceServer[]
}

/** A row of those whom one follows, or who follow one. */
export interface Acquaintance {
  uid: string
  nick_name: string
  image: string
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
  /** Who carries conferences: this page can where it says `builtin`. */
  conferences_by: string
}
