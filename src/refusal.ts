/** Every reason the server has for saying no, with the sentence a person reads when a call gives no better one. */
const sentences = {
  "server.unexpected": "Something went wrong on our side.",
  "server.busy": "The server is busy; try again shortly.",
  "server.stopping": "The server is restarting; try again shortly.",
  "server.too_fast": "Too many requests; slow down.",
  "server.no_such_path": "There is no such address.",
  "server.no_such_method": "This address does not take that method.",
  "server.needs_websocket": "This address speaks websocket only.",
  "provider.unavailable": "No provider is configured for this.",
  "account.name_taken": "That account name is taken.",
  "account.wrong_password": "The password is wrong.",
  "account.unknown": "There is no such account.",
  "account.phone_taken": "That phone is registered already.",
  "account.phone_unknown": "No account has that phone.",
  "account.no_password": "This account signs in through a third party and has no password.",
  "account.nickname_taken": "That nickname is taken.",
  "account.no_nickname_fits": "No free nickname could be made from the provider's one.",
  "account.banned": "This account is suspended for a time.",
  "account.banned_forever": "This account is closed for good.",
  "account.other_banned": "The other account is suspended.",
  "account.update_needed": "This version of the app is too old; update it.",
  "code.too_often": "Codes were asked for too often.",
  "code.wrong": "The code is wrong or has expired.",
  "identity.refused": "The sign-in provider refused.",
  "identity.no_picture": "The provider's picture could not be fetched.",
  "session.missing": "The token is missing.",
  "session.unknown": "The token is not valid.",
  "session.expired": "The token has expired.",
  "session.replaced": "Another device has signed in.",
  "session.ended": "This session has signed out.",
  "session.forbidden": "You have no right to do this.",
  "input.invalid": "A parameter is missing or malformed.",
  "input.too_large": "The request is too large.",
  "input.not_json": "The body is not JSON.",
  "input.sensitive": "The text contains a forbidden word.",
  "request.reused": "This request_id was used before with other content.",
  "room.unknown": "There is no such room.",
  "room.over": "The broadcast is over.",
  "room.not_live": "The room is not live.",
  "room.no_chat": "There is no chat here.",
  "room.not_yours": "The room belongs to somebody else.",
  "room.no_stream": "There is no stream for this room.",
  "room.no_cover": "No cover was ever uploaded.",
  "room.too_late": "It is too late to return to this room.",
  "chat.gagged_already": "That viewer is gagged already.",
  "chat.not_gagged": "That viewer is not gagged.",
  "chat.host_away": "The host is not in the room.",
  "chat.not_same_room": "That viewer is not in the room.",
  "chat.on_stage_already": "That viewer is on stage already.",
  "socket.replaced": "Another connection of yours took over.",
  "socket.reconnecting": "That user is reconnecting.",
  "socket.offline": "That user is offline.",
  "social.not_followed": "You do not follow that user.",
  "social.follow_self": "You cannot follow yourself.",
  "social.blocked": "That user has blocked you.",
  "letter.unknown_session": "There is no such conversation.",
  "letter.to_self": "You cannot write to yourself.",
  "file.missing": "No image was uploaded.",
  "wallet.diamonds_short": "There are not enough diamonds.",
  "wallet.rice_short": "There is not enough rice.",
  "wallet.score_short": "There is not enough score.",
  "wallet.over_limit": "The amount is over the limit.",
  "gift.unknown": "There is no such gift.",
  "gift.to_self": "You cannot send yourself a gift.",
  "gift.test_account": "Test accounts cannot be sent gifts.",
  "payment.unknown_pack": "There is no such pack.",
  "payment.refused": "The payment provider refused this payment.",
  "payment.used": "This payment was used before.",
  "cash.phone_bound": "A withdrawal phone is bound already.",
  "cash.phone_unbound": "No withdrawal phone is bound.",
  "cash.phone_elsewhere": "That phone is bound to another account.",
  "cash.over_sum": "The amount is over what can be withdrawn.",
  "cash.under_least": "The amount is under the least that can be withdrawn.",
  "cash.shut": "Withdrawals are shut.",
  "realname.missing": "A real name is needed first.",
  "realname.pending": "The real name is being reviewed.",
  "playback.too_many": "There are too many playbacks.",
  "playback.recommended_already": "This playback is recommended already.",
  "playback.own": "You cannot enter your own playback.",
  "conference.none": "You have no conference room.",
  "conference.in_use": "The conference room is in use.",
  "conference.invalid": "A parameter is missing or malformed.",
  "conference.open_already": "You have a conference room open.",
  "conference.full": "The server has no free conference room.",
  "conference.finished": "The conference is over.",
  "conference.not_invited": "You are not invited to the stage.",
  "conference.asked_already": "That user was asked already.",
  "conference.provider_refused": "The conference provider refused.",
  "conference.unknown": "There is no such conference room.",
  "conference.not_yours": "The conference room belongs to somebody else.",
  "game.closed": "Bets on this round are closed.",
  "task.unknown": "There is no such task.",
  "task.undone": "The task is not done yet.",
  "task.retired": "The task belongs to a retired version.",
  "task.old_version": "The task table has changed; update it.",
  "bonus.too_early": "The reward is not due yet.",
  "bonus.no_more": "There are no more rewards today.",
  "bonus.taken": "Taken already today.",
  "bonus.none": "There is nothing to take today.",
} as const satisfies Record<string, string>

export type Reason = keyof typeof sentences

export const reasons = Object.keys(sentences) as Reason[]

interface Details {
  /** The sentence for a person; it names the parameter at fault and never carries SQL or a secret. */
  message?: string
  /** Keys the contract wants beside the error, such as a finished room's totals. */
  data?: Record<string, unknown>
  /** Seconds after which trying again makes sense. */
  retryAfter?: number
}

/** A "no" that the caller is meant to hear. Anything else thrown is a fault of ours. */
export class Refusal extends Error {
  override readonly name = "Refusal"
  readonly data: Record<string, unknown> | undefined
  readonly retryAfter: number | undefined

  constructor(
    readonly reason: Reason,
    details: Details = {},
  ) {
    super(details.message ?? sentences[reason])
    this.data = details.data
    this.retryAfter = details.retryAfter
  }
}

/** Throws a {@link Refusal}; inside a write it rolls the write back. */
export function refuse(reason: Reason, details?: Details): never {
  throw new Refusal(reason, details)
}
