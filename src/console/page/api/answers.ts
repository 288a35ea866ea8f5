/** What the operator's calls answer, as far as this page reads it. */

export interface RoomNow {
  id: string
  room_name: string
  owner_id: string
  nick_name: string
  cover: string
  image: string
  count: string
  rice: string
  /** 0 a room, 1 a conference. */
  mtype: number
  streaming: boolean
  flv_url: string
  hls_url: string
}

export interface PersonRow {
  id: string
  NickName: string
  Image: string
  account: string
  is_test: boolean
  can_link_mic: boolean
  /** Unix seconds; 0 for not suspended, -1 for good. */
  until: number
  create_time: string
}

export interface Ban {
  id: string
  until: number
  standing: boolean
  why: string
  placed_by: string
  create_time: string
  lifted_by: string
  lift_time: string
}

export interface Dossier {
  user: PersonRow & { tel: string }
  roles: string[]
  wallet: { diamond: number; rice: number; score: number; debt: number }
  real_name: { status: string } | null
  room: { room_id: string; room_name: string } | null
  online: boolean
  bans: Ban[]
  reports: { open: number; settled: number }
  orders_credited: number
  withdrawals_pending: number
}

export interface RealName {
  id: string
  uid: string
  nick_name: string
  name: string | null
  identification: string | null
  school: string
  create_time: string
}

export interface Withdrawal {
  id: string
  uid: string
  nick_name: string
  /** Yuan; `pay` is what is to be sent. */
  money: string
  pay: string
  fee: string
  rice: string
  bank: string
  item: string
  real_name: string | null
  card_no: string | null
  address: string | null
  create_time: string
  first_approver: string
}

export interface ReportRow {
  id: string
  uid: string
  nick_name: string
  verified: boolean
  oid: string
  reported_name: string
  desc: string
  create_time: string
}

export interface Money {
  since: number
  charges: number[]
  gifts: number[]
  payouts: number[]
  audit: { time: number; differences: number } | null
}

export interface Promised {
  id: string
  kind: string
  payload: Record<string, unknown>
  attempts: number
  create_time: string
}

export interface Act {
  id: string
  time: string
  actor: string
  act: string
  target: string
  detail: Record<string, unknown>
}
