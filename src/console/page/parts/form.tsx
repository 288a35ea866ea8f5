import { useEffect, useId, useRef, useState } from "preact/hooks"
import { type Cell, cell, useCell } from "../../../demo/page/cell.ts"
import { Modal } from "../../../demo/page/parts/modal.tsx"
import { say } from "../../../demo/page/parts/toast.tsx"
import { newKey, reasonOf, type Values } from "../api/call.ts"
import { words } from "../language/words.ts"

export interface Line {
  name: string
  label: string
  kind?: "text" | "number" | "long" | "flag" | "choice"
  value?: string | number | boolean
  /** What a choice is between: what is sent, and how it is called. */
  choices?: [string, string][]
  required?: boolean
  maxLength?: number
  min?: number
}

interface Form {
  title: string
  lead?: string
  lines?: Line[]
  submit: string
  isDanger?: boolean
  /** Carries it out. @param key the same however often it is tried @returns what to tell when it is done */
  act(values: Values, key: string): Promise<string | undefined>
}

const asked: Cell<Form | undefined> = cell<Form | undefined>(undefined)

/** Asks for what an act needs, and carries it out; what the server refuses is said in the same window. */
export const ask = (form: Form) => asked.set(form)

/** Where those windows appear. */
export function FormWindow() {
  const form = useCell(asked)
  return form ? <Window form={form} key={form.title} /> : null
}

function Window({ form }: { form: Form }) {
  const [error, setError] = useState<string>()
  const [isBusy, setBusy] = useState(false)
  const key = useRef(newKey())
  const close = () => asked.set(undefined)
  const submit = async (event: SubmitEvent) => {
    event.preventDefault()
    setBusy(true)
    try {
      const told = await form.act(valuesOf(event.currentTarget as HTMLFormElement, form.lines ?? []), key.current)
      close()
      if (told) say(told)
    } catch (reason) {
      setError(reasonOf(reason))
      setBusy(false)
    }
  }
  return (
    <Modal title={form.title} close={close}>
      <form class="form" onSubmit={submit}>
        {form.lead && <p class="lead">{form.lead}</p>}
        {form.lines?.map((line, at) => (
          <LineField line={line} isFirst={at === 0} key={line.name} />
        ))}
        {error && (
          <p class="error" role="alert">
            {error}
          </p>
        )}
        <div class="choices">
          <button type="button" class="plain" onClick={close}>
            {words.cancel}
          </button>
          <button type="submit" class={form.isDanger ? "danger filled" : "primary"} disabled={isBusy}>
            {form.submit}
          </button>
        </div>
      </form>
    </Modal>
  )
}

function LineField({ line, isFirst }: { line: Line; isFirst: boolean }) {
  const id = useId()
  const { name, label, kind = "text", value, choices = [], required = false, maxLength, min } = line
  const first = useRef<HTMLElement>(null)
  useEffect(() => {
    if (isFirst) first.current?.focus()
  }, [isFirst])
  if (kind === "flag") {
    return (
      <label class="check">
        <input type="checkbox" name={name} defaultChecked={value === true} />
        {label}
      </label>
    )
  }
  const common = { id, name, required, maxLength }
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {kind === "long" ? (
        <textarea ref={first as never} rows={4} defaultValue={String(value ?? "")} {...common} />
      ) : kind === "choice" ? (
        <select ref={first as never} id={id} name={name}>
          {choices.map(([sent, shown]) => (
            <option value={sent} key={sent} selected={sent === String(value)}>
              {shown}
            </option>
          ))}
        </select>
      ) : (
        <input
          ref={first as never}
          type={kind as "text"}
          min={min}
          defaultValue={String(value ?? "")}
          autocomplete="off"
          {...common}
        />
      )}
    </div>
  )
}

function valuesOf(form: HTMLFormElement, lines: Line[]): Values {
  const data = new FormData(form)
  const given = ({ name, kind }: Line) =>
    kind === "flag" ? (data.has(name) ? 1 : 0) : String(data.get(name) ?? "").trim()
  return Object.fromEntries(lines.map((line) => [line.name, given(line)]))
}
