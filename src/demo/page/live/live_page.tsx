import { useEffect, useState } from "preact/hooks"
import { askToSignIn } from "../account/door.ts"
import { Field, textOf } from "../account/field.tsx"
import { reasonOf } from "../api/call.ts"
import { account } from "../api/session.ts"
import { useCell } from "../cell.ts"
import { words } from "../language/language.ts"
import { Icon } from "../parts/icon.tsx"
import { addresses, go } from "../place.ts"
import { openBroadcast, ownLiveRoom } from "./broadcast.ts"

/** Where a host opens a room. */
export function LivePage() {
  const mine = useCell(account)
  const own = useOwnRoom(mine?.uid)
  useEffect(() => {
    document.title = `${words.goLive} · ${words.product}`
  }, [])
  return (
    <div class="page narrow">
      <div class="page-head">
        <h1>{words.goLive}</h1>
        <p class="lead">{words.goLiveLead}</p>
      </div>
      {own !== undefined && (
        <a class="banner" href={addresses.room(own)}>
          <span class="badge live">{words.live}</span>
          <strong>{words.youAreLive}</strong>
          <span>{words.backToRoom} →</span>
        </a>
      )}
      <section class="card">{mine ? <OpeningForm /> : <Invitation />}</section>
      <a class="banner calm" href={addresses.conference}>
        <strong>{words.orConference}</strong>
        <span>{words.openConference} →</span>
      </a>
      <section class="card quiet">
        <h2>{words.withObs}</h2>
        <ol class="steps">
          {words.steps.slice(1).map((step) => (
            <li key={step}>{step}</li>
          ))}
        </ol>
        <p class="hint">{words.lowDelay}</p>
      </section>
    </div>
  )
}

const Invitation = () => (
  <div class="form">
    <p>{words.registerLead}</p>
    <button type="button" class="primary" onClick={askToSignIn}>
      {words.signIn}
    </button>
  </div>
)

function OpeningForm() {
  const [error, setError] = useState<string>()
  const [isBusy, setBusy] = useState(false)
  const submit = async (event: SubmitEvent) => {
    event.preventDefault()
    const form = event.currentTarget as HTMLFormElement
    setBusy(true)
    try {
      const roomId = await openBroadcast(textOf(form, "room_name").trim(), textOf(form, "save") === "on")
      go(addresses.room(roomId))
    } catch (reason) {
      setError(reasonOf(reason))
      setBusy(false)
    }
  }
  return (
    <form class="form" onSubmit={submit}>
      <Field
        label={words.roomName}
        hint={words.roomNameHint}
        name="room_name"
        maxLength={40}
        autocomplete="off"
        focused
      />
      <label class="check">
        <input type="checkbox" name="save" />
        {words.keepRecording}
      </label>
      {error && (
        <p class="error" role="alert">
          {error}
        </p>
      )}
      <button type="submit" class="primary" disabled={isBusy}>
        <Icon name="video" />
        {words.openRoom}
      </button>
    </form>
  )
}

/** The room that the reader has on the air already. */
function useOwnRoom(uid: number | undefined): number | undefined {
  const [roomId, set] = useState<number>()
  useEffect(() => {
    set(undefined)
    if (uid === undefined) return
    let isOver = false
    ownLiveRoom(uid).then(
      (found) => !isOver && set(found),
      () => {},
    )
    return () => {
      isOver = true
    }
  }, [uid])
  return roomId
}
