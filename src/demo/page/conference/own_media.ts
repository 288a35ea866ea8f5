import { type Cell, cell } from "../cell.ts"
import { words } from "../language/language.ts"

export type Kind = "audio" | "video"

/** The reader's own camera and microphone, as far as the browser gives them. */
export interface OwnMedia {
  /** Undefined until asked for, and where nothing is to be had. */
  stream: MediaStream | undefined
  isOn: Record<Kind, boolean>
  /** Why something is missing. */
  error: string | undefined
}

const none: OwnMedia = { stream: undefined, isOn: { audio: true, video: true }, error: undefined }

/** Each sends to every other: a small picture leaves room for six. */
const video: MediaTrackConstraints = {
  width: { ideal: 640 },
  height: { ideal: 360 },
  frameRate: { ideal: 20, max: 30 },
  facingMode: "user",
}

export const ownMedia: Cell<OwnMedia> = cell(none)

/** Counts what was opened and closed, since the browser's answer may come after the reader has gone. */
let turn = 0
let opening: Promise<void> | undefined

/** Asks for camera and microphone, unless they are there. What the reader has switched off stays so. */
export function openMedia(): Promise<void> {
  if (ownMedia.value.stream) return Promise.resolve()
  if (opening) return opening
  const asked = open().finally(() => {
    if (opening === asked) opening = undefined
  })
  opening = asked
  return asked
}

async function open(): Promise<void> {
  turn += 1
  const mine = turn
  const { stream, error } = await ask()
  if (mine !== turn) return stop(stream)
  ownMedia.set({ ...ownMedia.value, stream, error })
  for (const track of stream?.getTracks() ?? []) track.onended = () => unplugged(stream)
  applySwitches()
}

/** A device is gone: the reader may ask for what there is now. */
function unplugged(stream: MediaStream | undefined): void {
  if (ownMedia.value.stream !== stream) return
  stop(stream)
  ownMedia.set({ ...ownMedia.value, stream: undefined, error: words.noDevices })
}

async function ask(): Promise<Pick<OwnMedia, "stream" | "error">> {
  // Browsers hide cameras from pages that came over plain HTTP from another machine.
  if (!navigator.mediaDevices) return { stream: undefined, error: words.needsHttps }
  let denied = false
  for (const wanted of [{ audio: true, video }, { audio: true }, { video }]) {
    try {
      const stream = await navigator.mediaDevices.getUserMedia(wanted)
      const isWhole = "audio" in wanted && "video" in wanted
      return { stream, error: isWhole ? undefined : "video" in wanted ? words.noMicrophone : words.noCamera }
    } catch (reason) {
      denied ||= reason instanceof DOMException && reason.name === "NotAllowedError"
    }
  }
  return { stream: undefined, error: denied ? words.cameraDenied : words.noDevices }
}

/** Switches a device off or on; the track stays, silent or black. */
export function toggle(kind: Kind): void {
  const { isOn } = ownMedia.value
  ownMedia.set({ ...ownMedia.value, isOn: { ...isOn, [kind]: !isOn[kind] } })
  applySwitches()
}

function applySwitches(): void {
  const { stream, isOn } = ownMedia.value
  for (const track of stream?.getTracks() ?? []) track.enabled = isOn[track.kind as Kind]
}

/** Gives camera and microphone back. */
export function closeMedia(): void {
  turn += 1
  opening = undefined
  stop(ownMedia.value.stream)
  ownMedia.set({ ...none, isOn: ownMedia.value.isOn })
}

function stop(stream: MediaStream | undefined): void {
  for (const track of stream?.getTracks() ?? []) track.stop()
}
