import {
  alter,
  belongs,
  change,
  type Forgery,
  has,
  onlineRewards,
  purse,
  remove,
  signInBonuses,
  sums,
  taskRewards,
  transfer,
  wallets,
} from "./books.ts"

interface Kind {
  cause: string
  noun: string
  table: string
  /** What an insert copies of a row besides its person and its day, and the columns of which a day has one each. */
  columns: string
  apart: string
  amount: string
  /** What Eve got. */
  score: number
  once: string
  which: "task" | "signIn" | "online"
}

const kinds: Kind[] = [
  {
    cause: "task",
    noun: "task reward",
    table: "task_claims",
    columns: "task_id, number, currency, amount",
    apart: "number",
    amount: "amount",
    score: 10,
    once: taskRewards,
    which: "task",
  },
  {
    cause: "sign_in",
    noun: "sign-in bonus",
    table: "sign_ins",
    columns: "turn, score",
    apart: "day",
    amount: "score",
    score: 20,
    once: signInBonuses,
    which: "signIn",
  },
  {
    cause: "online",
    noun: "online reward",
    table: "online_rewards",
    columns: "turn, score",
    apart: "turn",
    amount: "score",
    score: 5,
    once: onlineRewards,
    which: "online",
  },
]

const forgeriesOf = ({ cause, noun, table, columns, apart, amount, score, once, which }: Kind): Forgery[] => {
  /** Copies Eve's row; of the next day, number or turn if `isOther`. */
  const copy = (isOther: boolean) => {
    const names = `user_id, day, created_at, ${columns}`
    const values = isOther ? names.replace(apart, `${apart} + 1`) : names
    return `INSERT INTO ${table} (${names}) SELECT ${values} FROM ${table}`
  }
  return [
    {
      what: `a ${noun} that gave nothing`,
      sql: () => [copy(true)],
      fails: [has(cause, noun)],
    },
    {
      what: `a ${noun} that gave more than it says`,
      sql: ({ eve, rewards }) => [
        alter(`${cause} ${rewards[which]} score`, "amount = amount + 1"),
        purse(eve, "score = score + 1"),
      ],
      fails: [belongs(cause, noun)],
    },
    {
      what: `a ${noun} that says less than it gave`,
      sql: ({ rewards }) => [change(table, rewards[which], `${amount} = ${amount} - 1`)],
      fails: [belongs(cause, noun)],
    },
    {
      what: `a ${noun} that went to somebody else`,
      sql: ({ dee, rewards }) => [alter(`${cause} ${rewards[which]} score`, `to_user = ${dee}`)],
      fails: [wallets, belongs(cause, noun)],
    },
    {
      what: `a ${noun} of another currency`,
      sql: ({ eve, rewards }) => [
        alter(`${cause} ${rewards[which]} score`, "currency = 1, to_account = 'diamondBonus'"),
        purse(eve, `score = score - ${score}, diamond_bonus = diamond_bonus + ${score}`),
      ],
      fails: [belongs(cause, noun)],
    },
    {
      what: `a ${noun} whose transfer is gone`,
      sql: ({ rewards }) => [remove(`${cause} ${rewards[which]} score`)],
      fails: [sums, wallets, has(cause, noun)],
    },
    {
      what: `a transfer of a ${noun} that never was`,
      sql: ({ eve }) => [
        transfer(`${cause} 999999 score`, 3, 7, ["issued"], ["score", eve]),
        purse(eve, "score = score + 7"),
      ],
      fails: [belongs(cause, noun)],
    },
    {
      what: `a ${noun} given twice, with all that belongs to it`,
      sql: ({ eve }) => [
        copy(false),
        transfer(`${cause} 0 score`, 3, score, ["issued"], ["score", eve]),
        `UPDATE transfers SET cause_id = (SELECT max(id) FROM ${table}) WHERE key = '${cause} 0 score'`,
        `UPDATE transfers SET key = '${cause} ' || cause_id || ' score' WHERE key = '${cause} 0 score'`,
        purse(eve, `score = score + ${score}`),
      ],
      fails: [once],
    },
  ]
}

/** Every way in which a reward could be wrong. */
export const rewardForgeries: Forgery[] = kinds.flatMap(forgeriesOf)
