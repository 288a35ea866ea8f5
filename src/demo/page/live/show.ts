import { useEffect, useRef, useState } from "preact/hooks"
import { reasonOf } from "../api/call.ts"
import { closeCamera, type Facing, hasOtherCamera, openCamera, troubleOf } from "../broadcast/camera.ts"
import { type Publication, publish } from "../broadcast/publish.ts"
import { words } from "../language/language.ts"
import { reachable } from "../player/address.ts"
import { pushAddress } from "./broadcast.ts"

/** A host's own camera: off, being asked for, in sight of the host alone, on its way to the server, or live. */
export type Step = "off" | "asking" | "preview" | "joining" | "live"

export interface Show {
  step: Step
  camera: MediaStream | undefined
  /** What went wrong last, in the reader's language. */
  trouble: string | undefined
  hasOther: boolean
  open(): void
  /** Looks through the other camera. */
  turn(): void
  begin(): void
  /** Ends it, and switches the camera off. */
  stop(): void
}

/** The host's camera and its way to a room; both end with the component. */
export function useShow(roomId: number): Show {
  const [step, setStep] = useState<Step>("off")
  const [camera, setCamera] = useState<MediaStream>()
  const [trouble, setTrouble] = useState<string>()
  const [hasOther, setOther] = useState(false)
  const facing = useRef<Facing>("user")
  const held = useRef<MediaStream | undefined>(undefined)
  const publication = useRef<Publication | undefined>(undefined)
  /** Counts what the host asked for: an answer to an earlier wish does not matter any more. */
  const wish = useRef(0)

  const hold = (stream: MediaStream | undefined) => {
    if (held.current) closeCamera(held.current)
    held.current = stream
    setCamera(stream)
  }
  const leave = (why?: string) => {
    wish.current += 1
    publication.current?.stop()
    publication.current = undefined
    hold(undefined)
    setTrouble(why)
    setStep("off")
  }
  const open = async () => {
    wish.current += 1
    const mine = wish.current
    setTrouble(undefined)
    setStep("asking")
    // Many phones open no second camera beside the first.
    hold(undefined)
    try {
      const stream = await openCamera(facing.current)
      if (mine !== wish.current) return closeCamera(stream)
      hold(stream)
      setStep("preview")
      setOther(await hasOtherCamera())
    } catch (reason) {
      if (mine === wish.current) leave(words.cameraTroubles[troubleOf(reason)])
    }
  }
  const begin = async () => {
    const stream = held.current
    if (!stream) return
    wish.current += 1
    const mine = wish.current
    setStep("joining")
    try {
      const address = await pushAddress(roomId)
      if (mine !== wish.current) return
      const begun = publish(stream, reachable(address, location))
      publication.current = begun
      begun.begun.then(() => mine === wish.current && setStep("live"))
      const ending = await begun.ended
      if (mine === wish.current) leave(ending === "stopped" ? undefined : words.publicationEnded[ending])
    } catch (reason) {
      if (mine === wish.current) leave(reasonOf(reason))
    }
  }
  useEffect(() => () => leave(), [roomId])

  return {
    step,
    camera,
    trouble,
    hasOther,
    open: () => void open(),
    turn() {
      facing.current = facing.current === "user" ? "environment" : "user"
      void open()
    },
    begin: () => void begin(),
    stop: () => leave(),
  }
}
