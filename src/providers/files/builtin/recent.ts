/** Answers remembered at most, and for how long, in milliseconds. */
const most = 1_000
const ttl = 10 * 60_000

/** The last answers to uploads made whole: who did not hear one asks again, when the pieces are gone. */
export interface Recent {
  find(id: string): object | undefined
  remember(id: string, answer: object): void
}

export function createRecent(now: () => number): Recent {
  const answers = new Map<string, { answer: object; at: number }>()
  return {
    find(id) {
      const found = answers.get(id)
      return found && found.at + ttl > now() ? found.answer : undefined
    },
    remember(id, answer) {
      answers.delete(id)
      answers.set(id, { answer, at: now() })
      if (answers.size > most) for (const oldest of answers.keys()) return void answers.delete(oldest)
    },
  }
}
