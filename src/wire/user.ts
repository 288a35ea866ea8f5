import { levelOf } from "../accounts/level.ts"
import type { User } from "../accounts/user.ts"
import type { App } from "../app.ts"
import { diamondsOf, riceOf, walletOf } from "../wallet/wallet.ts"

/** The one user object of every sign-in and refresh. */
export async function userObject(app: App, user: User, token: string) {
  const wallet = await walletOf(app.db.read, user.id)
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
