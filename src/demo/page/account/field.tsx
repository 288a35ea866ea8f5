import { useEffect, useId, useRef } from "preact/hooks"

interface Props {
  label: string
  hint?: string | undefined
  name: string
  type?: "text" | "password" | "tel"
  autocomplete: string
  inputMode?: "numeric"
  minLength?: number
  maxLength?: number
  required?: boolean
  /** Where the reader begins to type. */
  focused?: boolean
  value?: string
  typed?(value: string): void
}

/** A line to type in, with what it is for above it and what it takes below. */
export function Field({ label, hint, type = "text", focused = false, typed, ...line }: Props) {
  const id = useId()
  const input = useRef<HTMLInputElement>(null)
  useEffect(() => {
    if (focused) input.current?.focus()
  }, [focused])
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input
        ref={input}
        id={id}
        // The types know each kind of line by itself, and not one that may be either.
        type={type as "text"}
        aria-describedby={hint ? `${id}-hint` : undefined}
        onInput={typed && ((event) => typed(event.currentTarget.value))}
        {...line}
      />
      {hint && (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
    </div>
  )
}

/** What stands in a form's line of that name. */
export const textOf = (form: HTMLFormElement, name: string): string => String(new FormData(form).get(name) ?? "")
