import { useEffect, useState } from "preact/hooks"
import { Field, textOf } from "../account/field.tsx"
import type { Acquaintance, Viewer } from "../api/answers.ts"
import { call, reasonOf } from "../api/call.ts"
import type { Account } from "../api/session.ts"
import { words } from "../language/language.ts"
import { Avatar } from "../parts/avatar.tsx"
import { Modal } from "../parts/modal.tsx"
import { mtype, numberIn } from "../room/frames.ts"
import type { Mailbox } from "../room/mailbox.ts"
import { invite } from "./calls.ts"
import { othersOf, type StageView } from "./use_stage.ts"

interface Props {
  roomId: number
  view: StageView
  mine: Account
  audience: Viewer[]
  mailbox: Mailbox
  seats: number
  close(): void
}

/** Where a host asks people onto the stage: who is in the room, who is known, and anybody by number. */
export function InvitePanel({ roomId, view, mine, audience, mailbox, seats, close }: Props) {
  const [told, tell] = useState<{ text: string; isError: boolean }>()
  const refused = useRefusals(mailbox)
  const known = useAcquaintances(mine.uid)
  const onStage = othersOf(view.members, mine.uid)
  const isFull = onStage.length + 1 >= seats
  const ask = async (uid: number) => {
    try {
      await invite(roomId, uid)
      tell({ text: words.invited, isError: false })
      view.look()
    } catch (reason) {
      tell({ text: reasonOf(reason), isError: true })
    }
  }
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    const uid = Number(textOf(event.currentTarget as HTMLFormElement, "uid"))
    if (uid > 0) void ask(uid)
  }
  const standingOf = (uid: number): string | undefined => {
    const member = view.members.find((one) => Number(one.uid) === uid)
    if (member) return member.state === "asked" ? words.asked : words.onStage
    return refused.has(uid) ? words.saidNo : undefined
  }
  return (
    <Modal title={words.invite} close={close} isSheet>
      <form class="with-button" onSubmit={submit}>
        <Field
          label={words.byNumber}
          name="uid"
          inputMode="numeric"
          autocomplete="off"
          maxLength={16}
          required
          focused
        />
        <button type="submit" class="plain" disabled={isFull}>
          {words.invite}
        </button>
      </form>
      <p class={told?.isError ? "error told" : "told"} role="status">
        {isFull ? words.stageFull : told?.text}
      </p>
      <People
        title={words.inThisRoom}
        people={audience.filter(({ Uid }) => Uid !== mine.uid)}
        standingOf={standingOf}
        isFull={isFull}
        ask={ask}
      />
      <People
        title={words.youKnow}
        people={known.filter(({ Uid }) => !audience.some((one) => one.Uid === Uid))}
        standingOf={standingOf}
        isFull={isFull}
        ask={ask}
      />
    </Modal>
  )
}

interface PeopleProps {
  title: string
  people: Viewer[]
  standingOf(uid: number): string | undefined
  isFull: boolean
  ask(uid: number): void
}

function People({ title, people, standingOf, isFull, ask }: PeopleProps) {
  if (people.length === 0) return null
  return (
    <section class="invitees">
      <h3>{title}</h3>
      <ul>
        {people.map(({ Uid, NickName, Image }) => {
          const standing = standingOf(Uid)
          const isFree = standing === undefined || standing === words.saidNo
          return (
            <li key={Uid}>
              <Avatar name={NickName} image={Image} />
              <span class="invitee-name">
                <strong>{NickName}</strong>
                {standing && <span class="hint">{standing}</span>}
              </span>
              {isFree && (
                <button
                  type="button"
                  class="plain"
                  disabled={isFull}
                  aria-label={words.inviteOne(NickName)}
                  onClick={() => ask(Uid)}
                >
                  {words.invite}
                </button>
              )}
            </li>
          )
        })}
      </ul>
    </section>
  )
}

/** Who has said no while the panel was open. */
function useRefusals(mailbox: Mailbox): ReadonlySet<number> {
  const [refused, set] = useState<ReadonlySet<number>>(new Set())
  useEffect(
    () =>
      mailbox.listen((frame) => {
        if (frame.mtype !== mtype.invitation || numberIn(frame, "is_agree") !== 1) return
        set((before) => new Set(before).add(numberIn(frame, "uid")))
      }),
    [mailbox],
  )
  return refused
}

/** Whom the host follows, and who follows the host. */
function useAcquaintances(uid: number): Viewer[] {
  const [people, set] = useState<Viewer[]>([])
  useEffect(() => {
    let isOver = false
    const ask = async () => {
      const { focus } = await call<{ focus: Acquaintance[] }>("GET", "/focus/focus_list")
      const { fans } = await call<{ fans: Acquaintance[] }>("GET", "/focus/fans_list")
      const all = new Map([...focus, ...fans].map((row) => [row.uid, row]))
      const found = [...all.values()].map((row) => ({
        Uid: Number(row.uid),
        NickName: row.nick_name,
        Image: row.image,
      }))
      if (!isOver) set(found)
    }
    ask().catch(() => {})
    return () => {
      isOver = true
    }
  }, [uid])
  return people
}
