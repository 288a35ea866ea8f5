import { may } from "../api/session.ts"
import { addressOf } from "../place.ts"

/** A name that leads to the person's page. */
export const PersonLink = ({ uid, name }: { uid: string; name: string }) =>
  may("users.see") ? <a href={addressOf("people", uid)}>{name}</a> : <span>{name}</span>
