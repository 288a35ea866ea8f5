import { en } from "./en.ts"
import { zh } from "./zh.ts"

/** Chinese where the browser's first language is, English everywhere else. */
export const isChinese = /^zh\b/i.test(navigator.language)

/** The page's own texts. */
export const words = isChinese ? zh : en

/** The page's language as `lang` and `Intl` take it. */
export const locale = isChinese ? "zh-CN" : "en"

const whole = new Intl.NumberFormat(locale)
const short = new Intl.NumberFormat(locale, { notation: "compact", maximumFractionDigits: 1 })

/** 12,345 */
export const count = (value: number | string) => whole.format(Number(value))

/** 12K, where there is little room. */
export const brief = (value: number | string) => short.format(Number(value))

/** Seconds as 1:02:03, hours only where there are any. */
export function duration(seconds: number): string {
  const [hours, minutes, rest] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60, Math.floor(seconds) % 60]
  const parts = hours > 0 ? [hours, two(minutes), two(rest)] : [minutes, two(rest)]
  return parts.join(":")
}

const two = (value: number) => String(value).padStart(2, "0")
