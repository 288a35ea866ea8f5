import { XMLParser } from "fast-xml-parser"
import { z } from "zod"

/** Flat names and texts; an empty text and a missing one mean the same to WeChat. */
export type WeixinFields = Record<string, string>

/** WeChat's own documents have less than 4 KiB. */
const bytesMost = 65_536
/** Markup that could define or hide something: a DOCTYPE, an ENTITY, a comment. CDATA is the only one WeChat sends. */
const declaration = /<!(?!\[CDATA\[)/
const parser = new XMLParser({
  parseTagValue: false,
  trimValues: false,
  ignoreAttributes: false,
  ignoreDeclaration: true,
  maxNestedTags: 2,
})
/** A repeated name comes as an array, one with attributes or children as an object: both are refused. */
const flat = z.object({ xml: z.record(z.string(), z.string()) })

/** Writes `<xml><name><![CDATA[text]]></name>…</xml>`. */
export function writeXml(fields: WeixinFields): string {
  const elements = Object.entries(fields).map(([name, text]) => `<${name}>${cdata(text)}</${name}>`)
  return `<xml>${elements.join("")}</xml>`
}

/** Reads such a document, every text as it stands; undefined when it is anything else. */
export function readXml(bytes: Uint8Array): WeixinFields | undefined {
  if (bytes.length > bytesMost) return undefined
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes)
    if (declaration.test(text)) return undefined
    const { "#text": between = "", ...fields } = flat.parse(parser.parse(text, true)).xml
    return between.trim() === "" ? fields : undefined
  } catch {
    return undefined
  }
}

const cdata = (text: string) => `<![CDATA[${text.replaceAll("]]>", "]]]]><![CDATA[>")}]]>`
