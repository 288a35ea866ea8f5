import { useEffect, useState } from "preact/hooks"
import { register, rename, sendCode } from "../api/account.ts"
import { reasonOf } from "../api/call.ts"
import { useDoorSettings } from "../api/door_settings.ts"
import { words } from "../language/language.ts"
import { say } from "../parts/toast.tsx"
import { Field, textOf } from "./field.tsx"

/** What looks like a phone number needs a code; a name has a letter in it. */
const isPhone = (account: string) => /^\+?[\d\s-]{7,}$/.test(account.trim())

/** What others call somebody who chose no nickname: never by their phone number. */
const nickNameFrom = (account: string) => (isPhone(account) ? "" : account.trim().slice(0, 20))

/** The least between two codes for one phone, in seconds. */
const codeEvery = 60

export function Register({ done }: { done(): void }) {
  const settings = useDoorSettings()
  const [name, setName] = useState("")
  const [error, setError] = useState<string>()
  const [isBusy, setBusy] = useState(false)
  const byName = settings?.registers_by_name ?? true
  const needsCode = !byName || isPhone(name)

  const submit = async (event: SubmitEvent) => {
    event.preventDefault()
    const form = event.currentTarget as HTMLFormElement
    setBusy(true)
    try {
      await register(name.trim(), textOf(form, "password"), needsCode ? textOf(form, "code").trim() : undefined)
      const nickName = textOf(form, "nickname").trim() || nickNameFrom(name)
      if (nickName) await rename(nickName).catch((reason) => say(reasonOf(reason), true))
      done()
    } catch (reason) {
      setError(reasonOf(reason))
    } finally {
      setBusy(false)
    }
  }

  return (
    <form class="form" onSubmit={submit}>
      <p class="lead">{words.registerLead}</p>
      <Field
        label={byName ? words.phoneOrName : words.phone}
        hint={byName ? words.nameHint : words.phoneHint}
        name="account"
        type={byName ? "text" : "tel"}
        autocomplete="username"
        maxLength={64}
        required
        focused
        value={name}
        typed={setName}
      />
      {needsCode && <CodeField tel={name} isLogged={settings?.codes_are_logged ?? false} failed={setError} />}
      <Field
        label={words.password}
        hint={words.passwordHint}
        name="password"
        type="password"
        autocomplete="new-password"
        minLength={6}
        maxLength={64}
        required
      />
      <Field label={`${words.nickName} (${words.optional})`} name="nickname" autocomplete="nickname" maxLength={20} />
      {error && (
        <p class="error" role="alert">
          {error}
        </p>
      )}
      <button type="submit" class="primary" disabled={isBusy}>
        {words.register}
      </button>
    </form>
  )
}

interface CodeProps {
  tel: string
  isLogged: boolean
  failed(why: string | undefined): void
}

function CodeField({ tel, isLogged, failed }: CodeProps) {
  const [left, setLeft] = useState(0)
  useEffect(() => {
    if (left === 0) return
    const timer = setTimeout(() => setLeft(left - 1), 1_000)
    return () => clearTimeout(timer)
  }, [left])
  const ask = async () => {
    failed(undefined)
    try {
      await sendCode(tel)
      setLeft(codeEvery)
    } catch (reason) {
      failed(reasonOf(reason))
    }
  }
  return (
    <div class="with-button">
      <Field
        label={words.code}
        hint={isLogged ? words.codeIsLogged : left > 0 ? words.codeSent : undefined}
        name="code"
        inputMode="numeric"
        autocomplete="one-time-code"
        maxLength={6}
        required
      />
      <button type="button" class="plain" disabled={left > 0 || tel.trim() === ""} onClick={ask}>
        {left > 0 ? words.sendAgainIn(left) : words.sendCode}
      </button>
    </div>
  )
}
