export const roleNames = ["admin", "moderator", "finance"] as const
export type Role = (typeof roleNames)[number]

/**
 * Who may do what for the operator: the one table of it. An admin may do everything, and so may whoever holds the token of the
 * settings; a right with nobody beside it is the admins' alone.
 */
export const rights = {
  "users.see": ["moderator", "finance"],
  "users.ban": ["moderator"],
  "users.stage": ["moderator"],
  "real_names.review": ["moderator"],
  "reports.settle": ["moderator"],
  "rooms.watch": ["moderator"],
  "rooms.close": ["moderator"],
  "words.edit": ["moderator"],
  "notices.edit": ["moderator"],
  "withdrawals.decide": ["finance"],
  "money.see": ["finance"],
  "orders.see": ["finance"],
  "orders.refund": ["finance"],
  "catalog.edit": [],
  "switches.turn": [],
  "outbox.retry": [],
  "audit.read": [],
} as const satisfies Record<string, readonly Exclude<Role, "admin">[]>

export type Right = keyof typeof rights

/** The roles that have a right. */
export const rolesWith = (right: Right): Role[] => ["admin", ...rights[right]]

/** What these roles together may do. */
export const rightsOf = (held: readonly Role[]): Right[] => everyRight.filter((right) => mayDo(held, right))

export const everyRight = Object.keys(rights) as Right[]

/** Whether one of these roles has a right. */
export const mayDo = (held: readonly Role[], right: Right): boolean =>
  held.some((role) => rolesWith(right).includes(role))
