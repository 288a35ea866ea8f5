import type { MediaProvider } from "../providers/media/index.ts"

/** What a browser may do with the page: nothing but what the page itself does. */
export function securityHeaders(providers: readonly MediaProvider[]): Record<string, string> {
  return {
    "Content-Security-Policy": contentPolicy(providers.flatMap(originsOf)),
    "Permissions-Policy": "camera=(self), microphone=(self), fullscreen=(self), geolocation=(), payment=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
  }
}

/**
 * Pictures of people may stand anywhere; video comes from this server and from where the lines have it. Who goes live from
 * the page may need an encoder of sound that is WebAssembly in a worker, which its library makes from text; so is the clock
 * of who hosts a conference.
 */
function contentPolicy(videoOrigins: string[]): string {
  const video = [...new Set(videoOrigins)].map((origin) => ` ${origin}`).join("")
  return [
    "default-src 'none'",
    "script-src 'self' 'wasm-unsafe-eval'",
    "worker-src blob:",
    "style-src 'self'",
    "img-src 'self' data: https: http:",
    `media-src 'self' blob:${video}`,
    `connect-src 'self' ws: wss:${video}`,
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
