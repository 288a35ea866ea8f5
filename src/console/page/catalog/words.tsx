import { say } from "../../../demo/page/parts/toast.tsx"
import { call, reasonOf } from "../api/call.ts"
import { useList } from "../api/list.ts"
import { words } from "../language/words.ts"
import { ask } from "../parts/form.tsx"
import { Listing } from "../parts/listing.tsx"

/** Words that nobody may use. */
export function ForbiddenWords() {
  const list = useList<{ id: string; word: string }>("/admin/words", "words")
  const forbid = () =>
    ask({
      title: words.forbidWords,
      lines: [{ name: "words", label: words.forbiddenWords, kind: "long", required: true }],
      submit: words.forbidWords,
      async act(values) {
        await call("POST", "/admin/words/forbid", values)
        await list.reload()
        return words.saved
      },
    })
  const allow = async (id: string) => {
    try {
      await call("POST", "/admin/words/allow", { id })
      await list.reload()
    } catch (reason) {
      say(reasonOf(reason), true)
    }
  }
  return (
    <>
      <p>
        <button type="button" class="primary" onClick={forbid}>
          {words.forbidWords}
        </button>
      </p>
      <Listing
        list={list}
        empty={words.nothingHere}
        className="chips"
        row={({ id, word }) => (
          <span class="chip">
            {word}
            <button type="button" class="link" aria-label={`${words.allow}: ${word}`} onClick={() => void allow(id)}>
              ×
            </button>
          </span>
        )}
      />
    </>
  )
}
