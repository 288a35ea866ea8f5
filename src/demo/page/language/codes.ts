import { isChinese, words } from "./language.ts"

/** What the server's codes say to a person, in English and in Chinese: those that this page can meet. */
const sentences: Record<number, readonly [string, string]> = {
  1: ["Something went wrong on the server’s side.", "服务器出错了。"],
  2: ["That account name is taken.", "该账号名已被注册。"],
  3: ["The password is wrong.", "密码错误。"],
  4: ["There is no such room.", "直播间不存在。"],
  5: ["The broadcast is over.", "直播已结束。"],
  7: ["You are not signed in any more. Sign in again.", "登录已失效，请重新登录。"],
  8: ["There is no such account.", "账号不存在。"],
  9: ["You have signed out. Sign in again.", "你已退出登录，请重新登录。"],
  10: ["Something you entered is missing or malformed.", "填写的内容有缺失或格式不对。"],
  11: ["That gift is not sold any more.", "该礼物已下架。"],
  12: ["You do not have enough diamonds.", "钻石不足。"],
  13: ["Codes were asked for too often. Wait a minute.", "验证码请求过于频繁，请稍候一分钟。"],
  14: ["The code is wrong or has expired.", "验证码错误或已过期。"],
  15: ["That phone is registered already. Sign in instead.", "该手机号已注册，请直接登录。"],
  17: ["That viewer is muted already.", "该观众已被禁言。"],
  18: ["That viewer is not muted.", "该观众没有被禁言。"],
  19: ["Enter your room before you mute somebody.", "主播不在直播间，无法禁言。"],
  24: ["Your session has expired. Sign in again.", "登录已过期，请重新登录。"],
  25: ["That user has blocked you.", "你已被对方拉黑。"],
  30: ["The server could not read that.", "服务器无法解析请求。"],
  31: ["That was sent before.", "请求重复提交。"],
  32: ["Sign in first.", "请先登录。"],
  33: ["This account signs in through a third party.", "该账号通过第三方登录。"],
  35: ["The room is not live.", "直播间未在直播。"],
  36: ["Only the host may do this.", "只有主播可以这样做。"],
  37: ["There is no chat here.", "聊天室不存在。"],
  38: ["That person is on a stage already.", "对方已在台上。"],
  39: ["That viewer is not in the room.", "该观众不在直播间。"],
  42: ["Your account has signed in on another device.", "你的账号已在其他设备登录。"],
  44: ["Upload a cover first.", "请先上传封面。"],
  45: ["A real name is needed first.", "请先完成实名认证。"],
  46: ["Your real name is being reviewed.", "实名认证正在审核。"],
  47: ["Your room has closed meanwhile.", "断线过久，直播间已关闭。"],
  48: ["This room is open in another window of yours.", "你已在另一个窗口打开了直播间。"],
  49: ["That person has just lost the connection. Try again in a moment.", "对方正在重连，请稍后再试。"],
  50: ["That person is not online.", "对方不在线。"],
  52: ["Test accounts cannot be sent gifts.", "不能给测试账户送礼。"],
  53: ["That account is suspended.", "对方账号已被封禁。"],
  54: ["That nickname is taken.", "昵称已被使用。"],
  56: ["This version is too old; update it.", "版本过低，请更新。"],
  57: ["You cannot send yourself a gift.", "不能给自己送礼。"],
  58: ["That is over the limit.", "超过了最大限制。"],
  59: ["Your account is suspended for a time.", "你的账号已被临时封禁。"],
  60: ["Your account is closed for good.", "你的账号已被永久封禁。"],
  61: ["The text contains a forbidden word.", "内容包含敏感词。"],
  62: ["This room belongs to somebody else.", "这不是你的直播间。"],
  63: ["There is no stream for this room.", "该直播间没有直播流。"],
  64: ["You have as many recordings as you may keep.", "录像数量已达上限。"],
  66: ["You cannot enter your own recording.", "不能进入自己的回放。"],
  67: ["You have no conference.", "你没有进行中的连麦。"],
  69: ["That cannot be done in this conference.", "连麦参数有误。"],
  70: ["You have a conference open already.", "你已有一场连麦。"],
  71: ["The stage is full.", "台上已满。"],
  72: ["The conference is over.", "连麦已结束。"],
  73: ["You are not invited, or not any more.", "你未被邀请，或邀请已失效。"],
  74: ["That person was asked a moment ago.", "刚刚已邀请过对方。"],
  75: ["Who carries the conference does not answer.", "连麦服务没有响应。"],
  76: ["There is no such conference.", "连麦不存在。"],
  77: ["This conference belongs to somebody else.", "这不是你的连麦。"],
}

/** Codes whose own sentence from the server says more: which parameter, how long to wait. */
const telling = new Set([1, 10, 69])

/** @param told the server's own sentence, in English, where it gave one */
export function sentenceOf(code: number, told?: string): string {
  const ours = sentences[code]?.[isChinese ? 1 : 0]
  if (!told) return ours ?? words.unknownCode(code)
  if (!ours) return told
  if (!telling.has(code)) return ours
  return isChinese ? `${ours}（${told}）` : told
}
