import { eq } from "drizzle-orm"
import { identities, users } from "../../src/accounts/tables.ts"
import { publicPictures } from "../../src/providers/identity/picture.ts"
import { startApp, type TestApp } from "../support/app.ts"
import { type FakeFacebook, startFakeFacebook } from "../support/fakes/facebook.ts"
import {
  type Certificate,
  certificateFor,
  type FakePictureHost,
  startPictureHost,
} from "../support/fakes/picture_host.ts"
import { type FakeQq, startFakeQq } from "../support/fakes/qq.ts"
import { type FakeSina, startFakeSina } from "../support/fakes/sina.ts"
import { type FakeTwitter, startFakeTwitter } from "../support/fakes/twitter.ts"
import { type FakeWeixinSignIn, startFakeWeixinSignIn, type WeixinPerson } from "../support/fakes/weixin_sign_in.ts"
import { type Answer, Phone } from "../support/phone.ts"

/** The server, with every vendor of sign-in and the host of their pictures on the loopback. */
export interface Stage extends AsyncDisposable {
  app: TestApp
  weixin: FakeWeixinSignIn
  qq: FakeQq
  sina: FakeSina
  facebook: FakeFacebook
  twitter: FakeTwitter
  pictures: FakePictureHost
}

let certificate: Promise<Certificate> | undefined

export async function setStage(env: Record<string, string> = {}): Promise<Stage> {
  await using opened = new AsyncDisposableStack()
  const weixin = opened.use(await startFakeWeixinSignIn())
  const qq = opened.use(await startFakeQq())
  const sina = opened.use(await startFakeSina())
  const facebook = opened.use(await startFakeFacebook())
  const twitter = opened.use(await startFakeTwitter())
  certificate ??= certificateFor("pictures.test")
  const pictures = opened.use(await startPictureHost(await certificate))
  const settings = {
    WEIXIN_APP_ID: weixin.appId,
    WEIXIN_API_URL: weixin.url,
    QQ_APP_ID: qq.appIds.join(", "),
    QQ_API_URL: qq.url,
    SINA_APP_KEY: sina.appKey,
    SINA_API_URL: sina.url,
    FACEBOOK_APP_ID: facebook.appId,
    FACEBOOK_APP_SECRET: facebook.appSecret,
    FACEBOOK_API_URL: facebook.url,
    TWITTER_CONSUMER_KEY: twitter.consumerKey,
    TWITTER_CONSUMER_SECRET: twitter.consumerSecret,
    TWITTER_API_URL: twitter.url,
  }
  const app = opened.use(await startApp({ ...settings, ...env }, { pictures: publicPictures(pictures.network) }))
  const held = opened.move()
  return { app, weixin, qq, sina, facebook, twitter, pictures, [Symbol.asyncDispose]: () => held.disposeAsync() }
}

/** What a sign-in answers of the person. */
export interface SignedIn {
  Uid: number
  Account: string
  Tel: string
  NickName: string
  Sex: number
  Image: string
  Location: string
  Token: string
}

/** Somebody takes a phone in hand and signs in there. */
export async function signsIn(
  app: TestApp,
  name: string,
  path: string,
  values: object,
): Promise<Phone & { user: SignedIn }> {
  const phone = new Phone(app, name)
  return Object.assign(phone, { user: keep(phone, await phone.ok("POST", path, { ...values })) })
}

/** Signs in by WeChat as somebody whom it calls so. */
export const comesByWeixin = ({ app, weixin }: Pick<Stage, "app" | "weixin">, person: WeixinPerson) =>
  signsIn(app, person.nickname ?? person.openid, "/third_login/weixin_login", weixin.grants(person))

/** Keeps the token of an answer on the phone. */
export function keep(phone: Phone, answer: Answer): SignedIn {
  const user = answer["user"] as SignedIn
  phone.token = user.Token
  phone.uid = user.Uid
  return user
}

/** How many people there are, and how many ids of theirs are known. */
export async function census({ running }: TestApp): Promise<{ people: number; ids: number }> {
  const { read } = running.app.db
  return { people: (await read.select().from(users)).length, ids: (await read.select().from(identities)).length }
}

export const idsOf = async ({ running }: TestApp, uid: number): Promise<string[]> =>
  (await running.app.db.read.select().from(identities).where(eq(identities.userId, uid))).map(({ subject }) => subject)
