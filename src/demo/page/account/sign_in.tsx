import { useEffect, useState } from "preact/hooks"
import { signIn } from "../api/account.ts"
import { reasonOf } from "../api/call.ts"
import { farewell } from "../api/session.ts"
import { useCell } from "../cell.ts"
import { words } from "../language/language.ts"
import { Modal } from "../parts/modal.tsx"
import { door } from "./door.ts"
import { Field, textOf } from "./field.tsx"
import { Register } from "./register.tsx"

/** The window where people sign in or register. */
export function Door() {
  const isOpen = useCell(door)
  const [isNew, setNew] = useState(false)
  useEffect(() => {
    if (!isOpen) setNew(false)
  }, [isOpen])
  if (!isOpen) return null
  const close = () => door.set(false)
  return (
    <Modal title={isNew ? words.register : words.signIn} close={close}>
      {isNew ? <Register done={close} /> : <SignIn done={close} />}
      <p class="switch">
        {isNew ? words.accountAlready : words.noAccountYet}{" "}
        <button type="button" class="link" onClick={() => setNew(!isNew)}>
          {isNew ? words.signIn : words.register}
        </button>
      </p>
    </Modal>
  )
}

function SignIn({ done }: { done(): void }) {
  const why = useCell(farewell)
  const [error, setError] = useState<string>()
  const [isBusy, setBusy] = useState(false)
  const submit = async (event: SubmitEvent) => {
    event.preventDefault()
    const form = event.currentTarget as HTMLFormElement
    setBusy(true)
    try {
      await signIn(textOf(form, "account").trim(), textOf(form, "password"))
      done()
    } catch (reason) {
      setError(reasonOf(reason))
    } finally {
      setBusy(false)
    }
  }
  return (
    <form class="form" onSubmit={submit}>
      <p class="lead">{why ?? words.signInLead}</p>
      <Field label={words.phoneOrName} name="account" autocomplete="username" maxLength={64} required focused />
      <Field label={words.password} name="password" type="password" autocomplete="current-password" required />
      {error && (
        <p class="error" role="alert">
          {error}
        </p>
      )}
      <button type="submit" class="primary" disabled={isBusy}>
        {words.signIn}
      </button>
    </form>
  )
}
