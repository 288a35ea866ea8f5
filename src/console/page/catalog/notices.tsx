import { call } from "../api/call.ts"
import { useList } from "../api/list.ts"
import { words } from "../language/words.ts"
import { ask, type Line } from "../parts/form.tsx"
import { Listing } from "../parts/listing.tsx"

interface Notice {
  id: string
  text: string
  on: boolean
  create_time: string
}

const linesOf = (text: string, on: boolean): Line[] => [
  { name: "text", label: words.keys.text, kind: "long", required: true, maxLength: 500, value: text },
  { name: "on", label: words.noticeOn, kind: "flag", value: on },
]

/** What everybody is told in their rooms. */
export function Notices() {
  const list = useList<Notice>("/admin/notices", "notices")
  const add = () =>
    ask({
      title: words.add,
      lines: linesOf("", true),
      submit: words.add,
      async act(values) {
        await call("POST", "/admin/notices/add", values)
        await list.reload()
        return words.saved
      },
    })
  const change = ({ id, text, on }: Notice) =>
    ask({
      title: words.change,
      lines: linesOf(text, on),
      submit: words.change,
      async act(values) {
        await call("POST", "/admin/notices/change", { id, ...values })
        await list.reload()
        return words.saved
      },
    })
  const send = () =>
    ask({
      title: words.sendNotice,
      submit: words.sendNotice,
      async act() {
        await call("GET", "/admin/flush_notice")
        return words.noticeSent
      },
    })
  return (
    <>
      <p class="acts">
        <button type="button" class="primary" onClick={add}>
          {words.add}
        </button>
        <button type="button" class="plain" onClick={send}>
          {words.sendNotice}
        </button>
      </p>
      <Listing
        list={list}
        empty={words.nothingHere}
        row={(notice) => (
          <article class="row" aria-label={notice.text}>
            <span class="row-names">
              <strong>{notice.text}</strong>
              <span class="hint">{notice.create_time}</span>
            </span>
            <span class={notice.on ? "badge good" : "badge"}>{notice.on ? words.noticeOn : words.noticeOff}</span>
            <span class="acts">
              <button type="button" class="plain small" onClick={() => change(notice)}>
                {words.change}
              </button>
            </span>
          </article>
        )}
      />
    </>
  )
}
