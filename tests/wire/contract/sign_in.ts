import type { Call, Stage } from "./stage.ts"

/** Nobody has had this id at a vendor in this run. */
const nextId = () => crypto.randomUUID()

const bare = { city: "chongqing", head_img: "xxx.chongqing.jpg", nick_name: "nick_names", device: "", sex: 1 }

/** How people come by a vendor's account, in the sandbox. */
export const signInScenarios: Record<string, (stage: Stage) => Call> = {
  third_login_weixin_login: ({ stranger }) => ({
    phone: stranger,
    values: { access_token: "any", refresh_token: "any", openid: nextId(), channel_id: "store" },
  }),
  third_login_qq_login: ({ stranger }) => ({
    phone: stranger,
    values: { access_token: "any", openid: nextId(), type: 1, channel_id: "store" },
  }),
  third_login_sina_login: ({ stranger }) => ({
    phone: stranger,
    values: { access_token: "any", uid: nextId(), channel_id: "store" },
  }),
  third_login_facebook_login: ({ stranger }) => ({
    phone: stranger,
    values: { openid: nextId(), access_token: "any", channel_id: "store", ...bare },
  }),
  third_login_twitter_login: ({ stranger }) => ({
    phone: stranger,
    values: { openid: nextId(), access_token: "any", channel_id: "store", ...bare },
  }),
}
