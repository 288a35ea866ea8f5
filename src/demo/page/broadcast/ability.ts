/** Whether this browser can publish: it can, its page came by an address that browsers trust too little, or it cannot. */
export type Ability = "able" | "insecure" | "unable"

/** What every encoder of H.264 can do. */
const least: VideoEncoderConfig = { codec: "avc1.42001e", width: 640, height: 480, bitrate: 500_000 }

export async function abilityHere(): Promise<Ability> {
  if (!isSecureContext) return "insecure"
  if (typeof VideoEncoder === "undefined" || !navigator.mediaDevices) return "unable"
  const { supported } = await VideoEncoder.isConfigSupported(least).catch(() => ({ supported: false }))
  return supported ? "able" : "unable"
}
