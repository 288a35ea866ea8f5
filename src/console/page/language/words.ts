import { isChinese } from "../../../demo/page/language/language.ts"
import { en } from "./en.ts"
import { zh } from "./zh.ts"

/** The console's own texts. */
export const words = isChinese ? zh : en
