import { useState } from "preact/hooks"
import { Field, textOf } from "../../../demo/page/account/field.tsx"
import { reasonOf, signIn } from "../api/call.ts"
import { words } from "../language/words.ts"

/** Where operators come in, by an account that has a role or by the token of the settings. */
export function SignIn() {
  const [byToken, setByToken] = useState(false)
  const [error, setError] = useState<string>()
  const [isBusy, setBusy] = useState(false)
  const submit = async (event: SubmitEvent) => {
    event.preventDefault()
    const form = event.currentTarget as HTMLFormElement
    setBusy(true)
    try {
      await signIn(
        byToken
          ? { admin_token: textOf(form, "token").trim() }
          : { account: textOf(form, "account").trim(), pwd: textOf(form, "password") },
      )
    } catch (reason) {
      setError(reasonOf(reason))
      setBusy(false)
    }
  }
  return (
    <main class="entrance">
      <div class="card">
        <h1>
          <span class="mark" aria-hidden="true" />
          {words.product}
        </h1>
        <form class="form" onSubmit={submit}>
          <p class="lead">{byToken ? words.tokenLead : words.signInLead}</p>
          {byToken ? (
            <Field label={words.token} name="token" type="password" autocomplete="off" required key="token" focused />
          ) : (
            <>
              <Field label={words.account} name="account" autocomplete="username" maxLength={64} required focused />
              <Field label={words.password} name="password" type="password" autocomplete="current-password" required />
            </>
          )}
          {error && (
            <p class="error" role="alert">
              {error}
            </p>
          )}
          <button type="submit" class="primary" disabled={isBusy}>
            {words.signIn}
          </button>
        </form>
        <button type="button" class="link" onClick={() => setByToken(!byToken)}>
          {byToken ? words.withAccount : words.withToken}
        </button>
      </div>
    </main>
  )
}
