import type { Viewer } from "../api/answers.ts"
import { call, Refused, reasonOf } from "../api/call.ts"
import { sentenceOf } from "../language/codes.ts"
import { count, words } from "../language/language.ts"
import { hueOf } from "../parts/avatar.tsx"
import { Icon } from "../parts/icon.tsx"
import { say } from "../parts/toast.tsx"
import type { Line } from "./conversation.ts"
import { glyphOf } from "./gift_glyph.ts"

interface Props {
  line: Line
  hostId: number
  mayMute: boolean
}

/** One line of the chat. */
export function ChatLine({ line, hostId, mayMute }: Props) {
  switch (line.kind) {
    case "chat":
      return (
        <p class="line">
          <Name who={line.who} isHost={line.who.Uid === hostId} /> <span class="words">{line.text}</span>
          {mayMute && line.who.Uid !== hostId && <MuteButton who={line.who} />}
        </p>
      )
    case "gift":
      return (
        <p class="line gift-line">
          <Name who={line.who} isHost={false} /> {words.sentGift(line.gift, count(line.number))}{" "}
          <span aria-hidden="true">{glyphOf(line.gift)}</span>
          {line.combo > line.number && <span class="combo-line">{words.combo(count(line.combo))}</span>}
        </p>
      )
    case "entered":
      return (
        <p class="line quiet">
          <Name who={line.who} isHost={false} /> {words.entered}
        </p>
      )
    case "notice":
      return <p class="line notice">{line.text}</p>
    case "violation":
      return <p class="line error">{line.text}</p>
    case "refused":
      return <p class="line error">{sentenceOf(line.code)}</p>
    default:
      return <p class="line quiet">{words[line.kind]}</p>
  }
}

const Name = ({ who, isHost }: { who: Viewer; isHost: boolean }) => (
  <>
    {isHost && <span class="badge host-badge">{words.host}</span>}
    <strong class="name" style={{ "--hue": hueOf(who.NickName) }}>
      {who.NickName}
    </strong>
  </>
)

const mutedAlready = 17

/** Mutes a viewer in the host's room; pressed again, lets them speak. */
function MuteButton({ who }: { who: Viewer }) {
  const mute = async () => {
    try {
      await call("POST", "/chat/gag", { oid: who.Uid })
      say(words.muteDone(who.NickName))
    } catch (reason) {
      if (reason instanceof Refused && reason.code === mutedAlready) return unmute()
      say(reasonOf(reason), true)
    }
  }
  const unmute = async () => {
    try {
      await call("POST", "/chat/cancel_gag", { oid: who.Uid })
      say(words.unmuteDone(who.NickName))
    } catch (reason) {
      say(reasonOf(reason), true)
    }
  }
  return (
    <button type="button" class="mute" aria-label={words.mute(who.NickName)} onClick={mute}>
      <Icon name="silence" />
    </button>
  )
}
