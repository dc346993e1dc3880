/**
 * Characters that do not show, or that change how others show: control characters (C0, C1, DEL), bidirectional
 * controls, zero-width and other ignorable characters, tags, separators of lines and paragraphs, and halves of
 * characters. A joiner or a variation selector stays where it makes an emoji or a Han character: there it shows.
 */
const INVISIBLE =
  /(?!(?<=[\p{Extended_Pictographic}\p{Emoji_Modifier}\ufe0f])\u200d(?=\p{Extended_Pictographic})|(?<=\p{Extended_Pictographic})[\ufe0e\ufe0f]|(?<=[0-9#*])\ufe0f(?=\u20e3)|(?<=\p{Script=Han})[\u{e0100}-\u{e01ef}])[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\p{Default_Ignorable_Code_Point}[\p{Cf}--[\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2]]]/gv
/** Most texts: none of their characters has to be looked at. */
const PLAIN = /^[ -~]*$/
const PLAIN_LINES = /^[\n -~]*$/
/** Line breaks and tabs of any kind. */
const BREAKS = /[\t-\r\u0085\u2028\u2029]+/g

/** A text without line breaks, and with each character that does not show as an escape: `\u200b`, `\u{e0041}`. */
export function printable(text: string): string {
  if (PLAIN.test(text)) return text
  return text.replaceAll(BREAKS, ' ').replaceAll(INVISIBLE, escapeOf)
}

/** Like printable for a text of several lines: line feeds and tabs stay. */
export function printableLines(text: string): string {
  if (PLAIN_LINES.test(text)) return text
  return text.replaceAll(INVISIBLE, (sign) => (sign === '\n' || sign === '\t' ? sign : escapeOf(sign)))
}

/** A JSON text that says the same with escapes for all characters that do not show (RFC 8259, section 7). */
export function printableJson(json: string): string {
  if (PLAIN_LINES.test(json)) return json
  return json.replaceAll(INVISIBLE, (sign) => (sign === '\n' ? sign : unitsOf(sign)))
}

/** The same for a YAML text in which they are only within double quotes (YAML 1.2.2, section 5.7). */
export function yamlEscapes(yaml: string): string {
  if (PLAIN_LINES.test(yaml)) return yaml
  return yaml.replaceAll(INVISIBLE, (sign) => {
    if (sign === '\n' || sign === '\t') return sign
    const code = (sign.codePointAt(0) ?? 0).toString(16)
    return code.length > 4 ? `\\U${code.padStart(8, '0')}` : `\\u${code.padStart(4, '0')}`
  })
}

/** Whether a text has characters that do not show, other than line feeds and tabs. */
export function hasInvisible(text: string): boolean {
  return !PLAIN_LINES.test(text) && printableLines(text) !== text
}

function escapeOf(sign: string): string {
  const code = sign.codePointAt(0) ?? 0
  return code > 0xffff ? `\\u{${code.toString(16)}}` : unitsOf(sign)
}

function unitsOf(sign: string): string {
  return Array.from({ length: sign.length }, (_, at) => {
    const unit = sign.charCodeAt(at).toString(16)
    return `\\u${unit.padStart(4, '0')}`
  }).join('')
}
