import { z } from "zod"
import { levelOf } from "../accounts/level.ts"
import { flag, id, name, oneOf, text } from "../wire/fields.ts"
import type { Profile } from "./profile.ts"

const nickName = name(1, 20)
/** 0 not told, 1 male, 2 female. */
const sex = oneOf(0, 1, 2)

export const ModifyChar = z.object({ nickname: nickName.optional(), sex: sex.optional() })
export const ModifyNick = z.object({ nick_name: nickName })
export const ModifySex = z.object({ sex })
export const ModifyLocation = z.object({ location: text(0, 80) })
export const ModifySign = z.object({ sign: text(0, 80) })
export const SetPush = z.object({ push: flag() })
export const LookInfo = z.object({ uid: id() })
export const LookInfoAll = z.object({ oid: id() })

/**
 * What anybody may see of a person. `Recommand` is the room whose playback the person recommends, "0" for none, and
 * `RecommandType` 1 where that was a conference.
 */
export const homepage = (user: Profile) => ({
  Image: user.image,
  NickName: user.nickName,
  Sex: user.sex,
  Signature: user.signature,
  Location: user.location,
  Focus: user.focus,
  Fans: user.fans,
  School: user.school,
  Recommand: String(user.recommendedRoom ?? 0),
  RecommandType: user.recommendedKind === "conference" ? 1 : 0,
})

/** What a signed-in caller sees of a person: whether the caller follows them, and has them gagged. */
export const fullHomepage = (user: Profile, { gagged, followed }: { gagged: boolean; followed: boolean }) => ({
  Uid: user.id,
  ...homepage(user),
  IsFocus: followed,
  UserLevel: levelOf(user.userExp),
  AnchorLevel: levelOf(user.anchorExp),
  Gag: gagged ? 1 : 0,
})
