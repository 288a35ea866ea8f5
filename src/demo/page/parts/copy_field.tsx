import { useState } from "preact/hooks"
import { words } from "../language/language.ts"
import { copyText } from "./clipboard.ts"
import { Icon } from "./icon.tsx"

interface Props {
  label: string
  value: string
  hint?: string
  /** Hidden until asked for. */
  isSecret?: boolean
}

/** How long the button says that it has copied, in milliseconds. */
const shown = 2_000

/** A text to be carried elsewhere, with a button that copies it. */
export function CopyField({ label, value, hint, isSecret = false }: Props) {
  const [isOpen, open] = useState(!isSecret)
  const [isCopied, setCopied] = useState(false)
  const copy = async () => {
    if (!(await copyText(value))) return open(true)
    setCopied(true)
    setTimeout(() => setCopied(false), shown)
  }
  return (
    <div class="copy-field">
      <span class="label">{label}</span>
      <div class="copy-row">
        <input
          readOnly
          class={isOpen ? undefined : "veiled"}
          autocomplete="off"
          spellcheck={false}
          value={value}
          aria-label={label}
          onFocus={(event) => event.currentTarget.select()}
        />
        {isSecret && (
          <button
            type="button"
            class="round"
            aria-pressed={isOpen}
            aria-label={isOpen ? words.hideKey : words.showKey}
            onClick={() => open(!isOpen)}
          >
            <Icon name="eye" />
          </button>
        )}
        <button type="button" class="plain" onClick={copy}>
          <Icon name={isCopied ? "check" : "copy"} />
          <span aria-live="polite">{isCopied ? words.copied : words.copy}</span>
        </button>
      </div>
      {hint && <p class="hint">{hint}</p>}
    </div>
  )
}
