import { useState } from "preact/hooks"
import { reasonOf } from "../api/call.ts"
import type { Account } from "../api/session.ts"
import { useCell } from "../cell.ts"
import { words } from "../language/language.ts"
import { Icon } from "../parts/icon.tsx"
import { say } from "../parts/toast.tsx"
import type { Seat } from "../room/seat.ts"
import { leave, type Pass, throwOut } from "./calls.ts"
import type { Picture } from "./composition.ts"
import { InvitePanel } from "./invite_panel.tsx"
import { MediaButtons } from "./media_buttons.tsx"
import type { Remote } from "./mesh.ts"
import { OnAirState } from "./on_air_state.tsx"
import { ownMedia } from "./own_media.ts"
import { stagePass } from "./pass.ts"
import { seatsOf } from "./seats.ts"
import { StageTile } from "./stage_tile.tsx"
import { othersOf, useStage } from "./use_stage.ts"

interface Props {
  pass: Pass
  seat: Seat
  mine: Account
  isHost: boolean
}

/** A conference as those on its stage see it. */
export function Stage(props: Props) {
  if (props.pass.rtc === "builtin") return <BuiltinStage {...props} />
  return (
    <div class="conference">
      <p class="conference-note" role="status">
        {words.needsSdk(props.pass.rtc)}
      </p>
      {!props.isHost && <LeaveButton />}
    </div>
  )
}

function BuiltinStage({ pass, seat, mine, isHost }: Props) {
  const view = useStage(pass, seat, mine)
  const { stream, isOn, error } = useCell(ownMedia)
  const [isInviting, inviteSome] = useState(false)
  const others = othersOf(view.members, mine.uid)
  const pictures = [
    { name: mine.nickName, stream, isCameraOn: isOn.video },
    ...others.map(({ uid, nick_name }) => pictureOf(nick_name, view.remotes.get(Number(uid)))),
  ]
  const remove = async (uid: number) => {
    try {
      await throwOut(uid)
      view.look()
    } catch (reason) {
      say(reasonOf(reason), true)
    }
  }
  return (
    <section class="conference" aria-label={words.onStage}>
      <ul class="stage-tiles" data-count={others.length + 1}>
        <StageTile
          name={mine.nickName}
          image={mine.image}
          stream={stream}
          isOwn
          isMicOn={isOn.audio}
          isCameraOn={isOn.video}
          isHost={isHost}
        />
        {others.map(({ uid, nick_name, image, state }) => {
          const remote = view.remotes.get(Number(uid))
          return (
            <StageTile
              key={uid}
              name={nick_name}
              image={image}
              stream={remote?.stream}
              isMicOn={remote?.mic ?? true}
              isCameraOn={remote?.camera ?? true}
              isHost={state === "host"}
              waiting={waitingFor(remote)}
              throwOut={isHost ? () => void remove(Number(uid)) : undefined}
            />
          )
        })}
      </ul>
      {error && <p class="conference-note error">{error}</p>}
      <div class="stage-bar">
        {isHost && view.isReady && <OnAirState roomId={pass.roomId} own={stream} pictures={pictures} />}
        <MediaButtons />
        {isHost ? (
          <button type="button" class="plain" onClick={() => inviteSome(true)}>
            <Icon name="invite" />
            {words.invite}
          </button>
        ) : (
          <LeaveButton />
        )}
      </div>
      {isInviting && (
        <InvitePanel
          roomId={pass.roomId}
          view={view}
          mine={mine}
          audience={seat.conversation.audience}
          mailbox={seat.mailbox}
          seats={seatsOf(pass.roomId)}
          close={() => inviteSome(false)}
        />
      )}
    </section>
  )
}

/** Somebody as the audience sees them: who has no picture yet has a name. */
const pictureOf = (name: string, remote: Remote | undefined): Picture => ({
  name,
  stream: remote?.stream,
  isCameraOn: remote?.state === "connected" && remote.camera,
})

/** What stands where somebody's picture will be. */
function waitingFor(remote: Remote | undefined): string | undefined {
  if (!remote || remote.state === "new" || remote.state === "connecting") return words.connectingTo
  return remote.state === "connected" ? undefined : words.connectionLost
}

/** Takes a guest off the stage, who stays in the room. */
function LeaveButton() {
  const goAway = async () => {
    try {
      await leave()
      stagePass.set(undefined)
    } catch (reason) {
      say(reasonOf(reason), true)
    }
  }
  return (
    <button type="button" class="danger" onClick={goAway}>
      <Icon name="away" />
      {words.leaveStage}
    </button>
  )
}
