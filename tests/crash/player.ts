import { expect } from "bun:test"
import type { Frame, Socket } from "../support/socket.ts"
import { type Answer, answered, call, enter } from "./client.ts"
import type { ClockedServer } from "./clocked_server.ts"

/** Phones that take a reward at once. */
const connections = 50

interface Bet {
  game_id: string
  pos: number
  score: number
}

/** A reward that can be had once. */
export interface Reward {
  name: string
  path: string
  values: Record<string, number>
  score: number
  given(answer: Answer): boolean
  /** Whether it was given to somebody, found out by asking for it again or looking it up. */
  wasGiven(player: Player): Promise<boolean>
}

const isOk = ({ ErrCode, status = 0 }: Answer) => ErrCode === 0 && status === 0

const askedAgain = (path: string, values: Record<string, number>) => async (player: Player) => {
  const answer = await player.tells(path, values)
  const isTaken = answer.ErrCode === 85 || answer["status"] === 85
  expect({ ...answer, isFine: isTaken || isOk(answer) }).toMatchObject({ isFine: true })
  return true
}

const once = (name: string, score: number, path: string, values: Record<string, number> = {}): Reward => ({
  name,
  path,
  values,
  score,
  given: isOk,
  wasGiven: askedAgain(path, values),
})

export const signIn = (score: number): Reward => once("sign-in", score, "/action/login/bonus/get")
export const task = (task_id: number, score: number): Reward =>
  once(`task ${task_id}`, score, "/task/post_task", { task_id })
/** The day's reward of that number, from 1, for being connected: a crash may have taken the time, so it is looked up. */
export const online = (turn: number, score: number): Reward => ({
  ...once(`online ${turn}`, score, "/daily/online_reward"),
  wasGiven: async (player) => Number((await player.asks("/daily/online_time"))["reward_times"]) >= turn,
})

/** Somebody who plays, and keeps books of what the server has acknowledged. */
export class Player {
  /** Bets that were taken, by their numbers. */
  readonly taken = new Map<string, Bet>()
  socket: Socket | undefined
  given = 0
  /** What nobody knows the end of. */
  private readonly bets = new Map<string, Bet>()
  private readonly gifts = new Set<string>()
  private readonly rewards: Reward[] = []
  private numbers = 0

  constructor(
    readonly server: ClockedServer,
    readonly member: { uid: number; token: string },
    /** What there must be of score, bets apart, and of diamonds. */
    private score: number,
    private diamonds: number,
  ) {}

  asks = (path: string): Promise<Answer> => call(this.server.url, "GET", path, { token: this.member.token })

  tells = (path: string, values: object): Promise<Answer> =>
    call(this.server.url, "POST", path, { token: this.member.token, ...values })

  async comes(roomId: number): Promise<void> {
    this.socket = await enter(this.server.url, roomId, { ...this.member, ext: 1 })
  }

  async hears(match: Partial<Frame>): Promise<Frame> {
    if (!this.socket) throw new Error("nobody is there to hear")
    return this.socket.hears(match)
  }

  /** What anybody is told of a room's rounds that are over: their names, and the positions that won. */
  async recordsOf(roomId: number): Promise<[string, number][]> {
    this.socket?.sends({ mtype: 47, room_id: String(roomId) })
    const { record } = await this.hears({ mtype: 48 })
    return (record as { GameId: string; Pos: number }[]).map(({ GameId, Pos }) => [GameId, Pos])
  }

  private async place(number: string, bet: Bet): Promise<void> {
    this.bets.set(number, bet)
    this.socket?.sends({ mtype: 1042, ...bet, request_id: number })
    const { err } = await answered(this.hears({ mtype: 1043, request_id: number }))
    expect({ number, err }).toEqual({ number, err: 0 })
    this.bets.delete(number)
    this.taken.set(number, bet)
  }

  /** @throws {Unanswered} */
  plays = (game_id: string, pos: number, score: number): Promise<void> =>
    this.place(`bet.${++this.numbers}`, { game_id, pos, score })

  private async give(number: string, to: Player): Promise<void> {
    this.gifts.add(number)
    const gift = { giftid: 1, num: 1, revid: to.member.uid, request_id: number }
    expect(await answered(this.tells("/gift/send_gift", gift))).toMatchObject({ ErrCode: 0 })
    this.gifts.delete(number)
    this.given += 1
    this.diamonds -= 1
  }

  /** Gives a diamond's worth. @throws {Unanswered} */
  gives = (to: Player): Promise<void> => this.give(`gift.${++this.numbers}`, to)

  /** Takes a reward from many phones at once. */
  async takes(reward: Reward, told: () => void = () => {}): Promise<void> {
    const take = async () => {
      const answer = await this.tells(reward.path, reward.values).catch(() => undefined)
      if (answer) told()
      return answer
    }
    const answers = await Promise.all(Array.from({ length: connections }, take))
    const given = answers.filter((answer) => answer && reward.given(answer)).length
    if (given === 0 && answers.includes(undefined)) this.rewards.push(reward)
    else {
      expect({ reward: reward.name, given }).toEqual({ reward: reward.name, given: 1 })
      this.score += reward.score
    }
  }

  /** Finds out, once the server is back, what nobody knew the end of; bets and gifts are asked for again. */
  async clearsUp(to: Player): Promise<void> {
    for (const [number, bet] of [...this.bets]) await this.place(number, bet)
    for (const number of [...this.gifts]) await this.give(number, to)
    for (const reward of this.rewards.splice(0)) if (await reward.wasGiven(this)) this.score += reward.score
  }

  /** Has to the unit what the server acknowledged: what won brings 2.9 to 1, and what is not over nothing yet. */
  async hasWhatIsDue(results: Map<string, number>): Promise<void> {
    let due = this.score
    for (const { game_id, pos, score } of this.taken.values()) {
      due += (results.get(game_id) === pos ? Math.floor((score * 29) / 10) : 0) - score
    }
    const { score, diamond } = await this.asks("/action/get/diamond_score")
    expect({ score, diamond }).toEqual({ score: due, diamond: this.diamonds })
  }
}
