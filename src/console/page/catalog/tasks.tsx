import { say } from "../../../demo/page/parts/toast.tsx"
import { call, reasonOf } from "../api/call.ts"
import { useList } from "../api/list.ts"
import { words } from "../language/words.ts"
import { ask } from "../parts/form.tsx"
import { Listing } from "../parts/listing.tsx"

interface Version {
  id: string
  platform: string
  version: string
  create_time: string
}

/** The daily tasks, version by version; a new one begins as a copy of one there is. */
export function Tasks() {
  const list = useList<Version>("/admin/tasks", "versions")
  const publish = (platform: string, tasks: unknown) =>
    ask({
      title: words.publishTasks,
      lead: words.publishLead,
      lines: [
        {
          name: "platform",
          label: words.keys.platform,
          kind: "choice",
          value: platform,
          choices: [
            ["android", "Android"],
            ["ios", "iOS"],
          ],
        },
        { name: "version", label: words.keys.version, required: true, maxLength: 32 },
        { name: "tasks", label: words.keys.tasks, kind: "long", required: true, value: JSON.stringify(tasks, null, 1) },
      ],
      submit: words.publishTasks,
      async act(values) {
        await call("POST", "/admin/tasks/publish", values)
        await list.reload()
        return words.saved
      },
    })
  const copy = async ({ id, platform }: Version) => {
    try {
      publish(platform, (await call<{ task: unknown }>("GET", "/admin/tasks/version", { id })).task)
    } catch (reason) {
      say(reasonOf(reason), true)
    }
  }
  return (
    <>
      <p>
        <button type="button" class="primary" onClick={() => publish("android", [])}>
          {words.publishTasks}
        </button>
      </p>
      <Listing
        list={list}
        empty={words.nothingHere}
        row={(one) => (
          <article class="row" aria-label={`${one.platform} ${one.version}`}>
            <span class="row-names">
              <strong>
                {one.platform} {one.version}
              </strong>
              <span class="hint">{one.create_time}</span>
            </span>
            <span class="acts">
              <button type="button" class="plain small" onClick={() => void copy(one)}>
                {words.change}
              </button>
            </span>
          </article>
        )}
      />
    </>
  )
}
