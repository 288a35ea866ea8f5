/** Which way a phone's camera looks. */
export type Facing = "user" | "environment"

/** Why there is no camera: it was not allowed, there is none, or something else has it. */
export type CameraTrouble = "denied" | "absent" | "busy"

const troubles: Record<string, CameraTrouble> = {
  NotAllowedError: "denied",
  SecurityError: "denied",
  NotFoundError: "absent",
  OverconstrainedError: "absent",
}

/** Camera and microphone, after the reader has allowed them. @throws what `troubleOf` tells apart */
export const openCamera = (facing: Facing): Promise<MediaStream> =>
  navigator.mediaDevices.getUserMedia({
    video: { width: { ideal: 1_280 }, height: { ideal: 720 }, frameRate: { ideal: 30 }, facingMode: { ideal: facing } },
    audio: { echoCancellation: true, noiseSuppression: true },
  })

export const troubleOf = (reason: unknown): CameraTrouble =>
  (reason instanceof DOMException && troubles[reason.name]) || "busy"

/** Switches camera and microphone off. */
export function closeCamera(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop()
}

/** Whether there is another camera to look through. Known once one is open. */
export async function hasOtherCamera(): Promise<boolean> {
  const devices = await navigator.mediaDevices.enumerateDevices()
  return devices.filter(({ kind }) => kind === "videoinput").length > 1
}
