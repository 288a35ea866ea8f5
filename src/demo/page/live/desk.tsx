import { useEffect, useState } from "preact/hooks"
import { reasonOf } from "../api/call.ts"
import { words } from "../language/language.ts"
import { CopyField } from "../parts/copy_field.tsx"
import { pushParts, reachable } from "../player/address.ts"
import { pushAddress } from "./broadcast.ts"
import { FromBrowser } from "./from_browser.tsx"

/** What a host needs beside the picture: this browser's camera, or where to push another's. */
export function Desk({ roomId }: { roomId: number }) {
  const [address, setAddress] = useState<string>()
  const [error, setError] = useState<string>()
  const ask = () => {
    setError(undefined)
    pushAddress(roomId).then(
      (found) => setAddress(reachable(found, location)),
      (reason) => setError(reasonOf(reason)),
    )
  }
  useEffect(ask, [roomId])
  return (
    <section class="desk card" aria-labelledby="desk-title">
      <FromBrowser roomId={roomId} />
      <header class="desk-head">
        <h2 id="desk-title">{words.pushYourVideo}</h2>
        <p class="hint">{words.obsHint}</p>
      </header>
      {error && (
        <p class="error" role="alert">
          {error}{" "}
          <button type="button" class="link" onClick={ask}>
            {words.tryAgain}
          </button>
        </p>
      )}
      {address && <Addresses address={address} renew={ask} />}
    </section>
  )
}

function Addresses({ address, renew }: { address: string; renew(): void }) {
  const { server, key } = pushParts(address)
  return (
    <>
      <div class="desk-fields">
        <CopyField label={words.server} value={server} />
        <CopyField label={words.streamKey} value={key} hint={words.streamKeyHint} isSecret />
      </div>
      <p class="hint">
        {words.lowDelay}{" "}
        <button type="button" class="link" onClick={renew}>
          {words.freshKey}
        </button>
      </p>
      <details class="desk-more">
        <summary>{words.tryFfmpeg}</summary>
        <CopyField label="ffmpeg" value={testPicture(address)} />
      </details>
    </>
  )
}

/** A command line that pushes a moving test picture with a tone. */
const testPicture = (address: string) =>
  [
    "ffmpeg -re -f lavfi -i testsrc2=size=1280x720:rate=30 -f lavfi -i sine=frequency=440",
    "-c:v libx264 -preset veryfast -tune zerolatency -pix_fmt yuv420p -g 60 -b:v 1500k",
    `-c:a aac -b:a 96k -f flv "${address}"`,
  ].join(" ")
