import type { TestApp } from "../support/app.ts"
import type { Phone } from "../support/phone.ts"
import type { Socket } from "../support/socket.ts"

export const minute = 60_000
export const day = 1_440 * minute

/** Lets midnight pass if it would come within so long. */
export function clearOfMidnight(app: TestApp, milliseconds: number): void {
  const { calendar, now } = app.running.app
  const midnight = calendar.startOf(calendar.dayOf(now()) + 1)
  if (midnight - now() <= milliseconds) app.pass(midnight - now())
}

/** Is in the lobby for so many minutes of one day. */
export async function staysConnected(phone: Phone, minutes: number): Promise<void> {
  clearOfMidnight(phone.app, (minutes + 1) * minute)
  const socket = await enters(phone, 0)
  phone.app.pass(minutes * minute)
  await socket.leaves()
}

/** The score a person has. */
export async function scoreOf(phone: Phone): Promise<number> {
  return Number((await phone.ok("GET", "/action/get/diamond_score"))["score"])
}

/** Writes down who is connected, as happens every twenty seconds. */
export const keepsAttendance = ({ running }: TestApp): Promise<void> => running.jobs.runNow("bonuses.keep_attendance")

/** What a person's app is told about the next reward for being connected. */
export const onlineTime = (phone: Phone) => phone.ok("GET", "/daily/online_time")

export const takesReward = (phone: Phone) => phone.ok("POST", "/daily/online_reward")

/** Whole minutes a person still has to stay for the next reward. */
export async function minutesLeft(phone: Phone): Promise<number> {
  const { left } = await onlineTime(phone)
  return Math.ceil((Number(left) * 1_000) / minute)
}

/** Enters a room or the lobby, and is surely counted. */
export async function enters(phone: Phone, roomId: number): Promise<Socket> {
  const socket = await phone.enters(roomId)
  await socket.settles()
  return socket
}
