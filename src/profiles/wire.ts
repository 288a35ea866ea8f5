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

/** What anybody may see of a person. */
export const homepage = (user: Profile) => ({
  Image: user.image,
  NickName: user.nickName,
  Sex: user.sex,
  Signature: user.signature,
  Location: user.location,
  Focus: user.focus,
  Fans: user.fans,
  School: user.school,
})

/** What a signed-in caller sees of a person. */
export const fullHomepage = (user: Profile, { gagged }: { gagged: boolean }) => ({
  Uid: user.id,
  ...homepage(user),
  IsFocus: false,
  UserLevel: levelOf(user.userExp),
  AnchorLevel: levelOf(user.anchorExp),
  Gag: gagged ? 1 : 0,
})
