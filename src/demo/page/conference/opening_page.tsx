import { useEffect, useState } from "preact/hooks"
import { askToSignIn } from "../account/door.ts"
import { Field, textOf } from "../account/field.tsx"
import { reasonOf } from "../api/call.ts"
import { useDoorSettings } from "../api/door_settings.ts"
import { type Account, account } from "../api/session.ts"
import { useCell } from "../cell.ts"
import { words } from "../language/language.ts"
import { Icon } from "../parts/icon.tsx"
import { addresses, go } from "../place.ts"
import { openConference } from "./calls.ts"
import { MediaButtons } from "./media_buttons.tsx"
import { closeMedia, openMedia, ownMedia } from "./own_media.ts"
import { stagePass } from "./pass.ts"
import { keepSeats, seatsMax } from "./seats.ts"
import { StageTile } from "./stage_tile.tsx"

/** Where a host makes ready for a conference and opens it. */
export function OpeningPage() {
  const mine = useCell(account)
  const carrier = useDoorSettings()?.conferences_by
  useEffect(() => {
    document.title = `${words.openConference} · ${words.product}`
  }, [])
  return (
    <div class="page narrow">
      <div class="page-head">
        <h1>{words.openConference}</h1>
        <p class="lead">{words.conferenceLead}</p>
      </div>
      {carrier !== undefined && carrier !== "builtin" ? (
        <section class="card">
          <p role="status">{words.needsSdk(carrier)}</p>
        </section>
      ) : mine ? (
        <OpeningForm mine={mine} />
      ) : (
        <section class="card">
          <div class="form">
            <p>{words.registerLead}</p>
            <button type="button" class="primary" onClick={askToSignIn}>
              {words.signIn}
            </button>
          </div>
        </section>
      )}
    </div>
  )
}

function OpeningForm({ mine }: { mine: Account }) {
  const { stream, isOn, error: missing } = useCell(ownMedia)
  const [error, setError] = useState<string>()
  const [isBusy, setBusy] = useState(false)
  useEffect(() => {
    void openMedia()
    return () => {
      // Whoever goes on to the stage takes them along.
      if (!stagePass.value) closeMedia()
    }
  }, [])
  const submit = async (event: SubmitEvent) => {
    event.preventDefault()
    const form = event.currentTarget as HTMLFormElement
    setBusy(true)
    try {
      const pass = await openConference(textOf(form, "room_name").trim())
      keepSeats(pass.roomId, Number(textOf(form, "seats")))
      stagePass.set(pass)
      go(addresses.room(pass.roomId))
    } catch (reason) {
      setError(reasonOf(reason))
      setBusy(false)
    }
  }
  return (
    <form class="card form green-room" onSubmit={submit}>
      <div class="green-room-view">
        <ul class="green-room-tile">
          <StageTile
            name={mine.nickName}
            image={mine.image}
            stream={stream}
            isOwn
            isMicOn={isOn.audio}
            isCameraOn={isOn.video}
          />
        </ul>
        <div class="green-room-devices">
          <MediaButtons />
        </div>
      </div>
      {missing && <p class="hint">{missing}</p>}
      <Field
        label={words.conferenceTitle}
        hint={words.roomNameHint}
        name="room_name"
        maxLength={40}
        autocomplete="off"
        focused
      />
      <div class="field">
        <label for="seats">{words.seats}</label>
        <select id="seats" name="seats" aria-describedby="seats-hint">
          {Array.from({ length: seatsMax - 1 }, (_, at) => String(at + 2)).map((seats) => (
            <option value={seats} selected={seats === String(seatsMax)} key={seats}>
              {seats}
            </option>
          ))}
        </select>
        <p class="hint" id="seats-hint">
          {words.seatsHint}
        </p>
      </div>
      {error && (
        <p class="error" role="alert">
          {error}
        </p>
      )}
      <button type="submit" class="primary" disabled={isBusy}>
        <Icon name="people" />
        {words.beginConference}
      </button>
    </form>
  )
}
