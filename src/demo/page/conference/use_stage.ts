import { useEffect, useRef, useState } from "preact/hooks"
import type { Member } from "../api/answers.ts"
import type { Account } from "../api/session.ts"
import { useCell } from "../cell.ts"
import { words } from "../language/language.ts"
import { say } from "../parts/toast.tsx"
import { type Frame, mtype, numberIn, textIn } from "../room/frames.ts"
import type { Seat } from "../room/seat.ts"
import { lookAt, type Pass } from "./calls.ts"
import { type Mesh, openMesh, type Remote } from "./mesh.ts"
import { closeMedia, openMedia, ownMedia } from "./own_media.ts"
import { stagePass } from "./pass.ts"
import { readSignal } from "./signal.ts"

export interface StageView {
  /** Who is on stage or asked onto it, the reader included. */
  members: Member[]
  /** How each other is received; who is not here yet is on the way. */
  remotes: ReadonlyMap<number, Remote>
  /** Camera and microphone were asked for. */
  isReady: boolean
  /** Asks the server again who is on stage. */
  look(): void
}

const nobody: ReadonlyMap<number, Remote> = new Map()

/** Puts the reader on a stage, with camera and microphone, for as long as it is shown. */
export function useStage({ roomId }: Pass, { state, mailbox }: Seat, { uid }: Account): StageView {
  const { stream, isOn } = useCell(ownMedia)
  const [members, setMembers] = useState<Member[]>([])
  const [remotes, setRemotes] = useState(nobody)
  const [mesh, setMesh] = useState<Mesh>()
  const known = useRef<Member[]>([])
  known.current = members
  const tracks = () => ownMedia.value.stream?.getTracks() ?? []
  const switches = () => ({ mic: ownMedia.value.isOn.audio, camera: ownMedia.value.isOn.video })

  // An answer that another look has overtaken is of yesterday.
  const looks = useRef(0)
  const look = async (): Promise<Member[]> => {
    looks.current += 1
    const mine = looks.current
    const { members: found } = await lookAt(roomId)
    if (mine === looks.current) setMembers(found)
    return found
  }
  const lookAgain = () => void look().catch(() => {})

  useEffect(() => {
    let isOver = false
    let opened: Mesh | undefined
    void openMedia().then(() => {
      if (isOver) return closeMedia()
      opened = openMesh({
        uid,
        iceServers: () => stagePass.value?.iceServers ?? [],
        tracks: tracks(),
        switches: switches(),
        send: (to, data) => void mailbox.send({ mtype: mtype.signal, to, data }),
        changed: setRemotes,
      })
      setMesh(opened)
    })
    return () => {
      isOver = true
      opened?.close()
      setMesh(undefined)
      setRemotes(nobody)
      closeMedia()
    }
  }, [roomId, uid, mailbox])

  useEffect(() => {
    if (!mesh) return
    const heard = (frame: Frame) => {
      if (frame.mtype === mtype.signal) heardSignal(mesh, numberIn(frame, "from"), frame["data"])
      else if (frame.mtype === mtype.invitation && frame["is_agree"] !== undefined) heardAnswer(frame)
    }
    return mailbox.listen(heard)
  }, [mesh])

  function heardSignal(to: Mesh, from: number, data: unknown) {
    const who = known.current.find((member) => Number(member.uid) === from)
    if (readSignal(data)?.type === "bye") {
      if (who) say(words.leftStage(who.nick_name))
      setMembers((before) => before.filter((member) => Number(member.uid) !== from))
      lookAgain()
    } else if (who?.state === "asked" || !who) lookAgain()
    to.hear(from, data)
  }

  function heardAnswer(frame: Frame) {
    const name = textIn(frame, "nick_name")
    say(numberIn(frame, "is_agree") === 0 ? words.comesOnStage(name) : words.refusedInvitation(name))
    lookAgain()
  }

  // However often the room's socket was away: what went lost meanwhile is said again.
  useEffect(() => {
    if (!mesh || state !== "open") return
    look().then(
      (found) => mesh.greet(othersOf(found, uid).map((member) => Number(member.uid))),
      () => {},
    )
  }, [mesh, state])

  useEffect(() => mesh?.give(tracks(), switches()), [mesh, stream, isOn])

  return { members, remotes, isReady: mesh !== undefined, look: lookAgain }
}

/** Who is on stage beside the reader. */
export const othersOf = (members: Member[], uid: number): Member[] =>
  members.filter((member) => member.state !== "asked" && Number(member.uid) !== uid)
