import type { MediaProvider } from "../providers/media/index.ts"

/** What a page may do beyond showing itself and playing this server's video. */
export interface Allowance {
  /** More of what may stand in the policy's `script-src`. */
  scripts?: string
  /** Whole directives of the policy. */
  more?: string[]
  /** More of what it may connect to. */
  connections?: string
  /** What it may do with the device. */
  permissions: string
}

/** What a browser may do with a page: nothing but what the page itself does. */
export function securityHeaders(providers: readonly MediaProvider[], allowance: Allowance): Record<string, string> {
  return {
    "Content-Security-Policy": contentPolicy(providers.flatMap(originsOf), allowance),
    "Permissions-Policy": allowance.permissions,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
  }
}

/** Pictures of people may stand anywhere; video comes from this server and from where the lines have it. */
function contentPolicy(videoOrigins: string[], { scripts = "", more = [], connections = "" }: Allowance): string {
  const video = [...new Set(videoOrigins)].map((origin) => ` ${origin}`).join("")
  return [
    "default-src 'none'",
    `script-src 'self'${scripts}`,
    ...more,
    "style-src 'self'",
    "img-src 'self' data: https: http:",
    `media-src 'self' blob:${video}`,
    `connect-src 'self'${connections}${video}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join("; ")
}

/** Where a provider's video is fetched from. An address at localhost stands for this server, and the page knows it. */
function originsOf(provider: MediaProvider): string[] {
  const { flv, hls } = provider.playAddresses(1)
  return [flv, hls, provider.replayAddress({ key: "1" })].flatMap((address) => {
    const parsed = URL.parse(address)
    return parsed && parsed.hostname !== "localhost" ? [parsed.origin] : []
  })
}
