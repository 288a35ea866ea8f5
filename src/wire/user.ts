import { levelOf } from "../accounts/level.ts"
import type { User } from "../accounts/user.ts"
import type { App } from "../app.ts"
import { realNameOf } from "../real_names/real_name.ts"
import type { RealNameState } from "../real_names/tables.ts"
import { diamondsOf, riceOf, walletOf } from "../wallet/wallet.ts"

/** How a real name stands: 0 is for none. */
const authReal: Record<RealNameState, number> = { pending: 1, approved: 2, refused: 3 }

/** The one user object of every sign-in and refresh. `AuthReal` and `AuthRealWhy` (why it was refused) are ours. */
export async function userObject(app: App, user: User, token: string) {
  const wallet = await walletOf(app.db.read, user.id)
  const realName = await realNameOf(app.db.read, user.id)
  return {
    Uid: user.id,
    Account: user.account,
    Tel: user.tel,
    NickName: user.nickName,
    Sex: user.sex,
    UserLevel: levelOf(user.userExp),
    AnchorLevel: levelOf(user.anchorExp),
    UserExp: user.userExp,
    AnchorExp: user.anchorExp,
    Image: user.image,
    Diamond: diamondsOf(wallet),
    Focus: user.focus,
    Fans: user.fans,
    Coupons: riceOf(wallet),
    Push: user.push,
    Signature: user.signature,
    Token: token,
    Location: user.location,
    CanLinkMic: user.canLinkMic ? "1" : "0",
    Score: wallet.score,
    School: user.school,
    AuthReal: realName ? authReal[realName.state] : 0,
    AuthRealWhy: realName?.why ?? "",
  }
}

/** A person in a room's audience, or its host. */
export const personObject = (user: User) => ({
  Uid: user.id,
  Image: user.image,
  NickName: user.nickName,
  Location: user.location,
  UserLevel: levelOf(user.userExp),
  AnchorLevel: levelOf(user.anchorExp),
  Sex: user.sex,
  Signature: user.signature,
})
