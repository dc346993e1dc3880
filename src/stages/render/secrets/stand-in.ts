import { hash } from 'node:crypto'

/** Characters that stand in for each other: another one of the same class changes the meaning of no syntax. */
const CLASSES = [
  'abcdefghijklmnopqrstuvwxyz',
  'ABCDEFGHIJKLMNOPQRSTUVWXYZ',
  '0123456789',
  '$();~',
  '!*',
  '<>^|',
]
/** Characters without a meaning in any syntax, for all others but letters and digits of a text that has none. */
const PLAIN = '-_.'
/** A text with other characters than those of names, addresses and lists. */
const ODD = /[^\w\s.:,@/=+-]/
/** URLs, JSON, and texts of several lines. */
const STRUCTURED = /:\/\/|^\s*[{[].*[}\]]\s*$|\n/s

/** Separators, which are swapped only where several of them follow each other. */
const SEPARATORS = '=-_.+#?%@&/'
const HEX_CLASSES = ['abcdef', 'ABCDEF', '0123456789']

/** Hexadecimal text, such as a key or a UUID. */
const HEX = /^(?=.*\d)(?:[\da-f-]+|[\dA-F-]+)$/
const BASE64 =
  /^(?:[A-Za-z\d+/]{4})+(?:[A-Za-z\d+/]{2}==|[A-Za-z\d+/]{3}=)?$|^[A-Za-z\d+/]{2}==$|^[A-Za-z\d+/]{3}=$/

/**
 * A text of the same shape that has another character in each place where that is possible: letters and digits in
 * all, punctuation where it has no meaning in URLs, JSON or YAML. Base64 of a text stays base64 of one. The same for
 * the same text, and not to be told without it.
 */
export function standInFor(text: string): string {
  const decoded = decodedText(text)
  if (decoded !== undefined) return Buffer.from(standInFor(decoded)).toString('base64')
  if (ODD.test(text) && !STRUCTURED.test(text)) return plainlySwapped(text)
  const other = swapped(text, HEX.test(text) ? HEX_CLASSES : CLASSES)
  return other === text ? plainlySwapped(text) : other
}

function plainlySwapped(text: string): string {
  return swapped(text, CLASSES.slice(0, 3), PLAIN)
}

/** Another number of the same form: as many digits, and not above it in its first digit where that is possible. */
export function standInForNumber(number: number | bigint): number | bigint {
  const text = swapped(String(number), CLASSES.slice(2, 3))
  const first = /[1-9]/.exec(String(number))
  const lower = first ? withDigit(text, first.index, smaller(first[0])) : text
  if (typeof number === 'bigint') return BigInt(lower)
  return Number.isFinite(Number(lower)) ? Number(lower) : number / 2
}

/** The text that a text is the base64 of; undefined where it is none, or not of a text. */
export function decodedText(text: string): string | undefined {
  if (text.length < 8 || !BASE64.test(text)) return undefined
  const bytes = Buffer.from(text, 'base64')
  const decoded = bytes.toString('utf8')
  // biome-ignore lint/suspicious/noControlCharactersInRegex: binary data is no text
  if (/[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffd]/.test(decoded)) return undefined
  return Buffer.from(decoded).toString('base64') === text ? decoded : undefined
}

/** @param rest what other ASCII characters become; by default they stay, unless several follow each other */
function swapped(text: string, classes: readonly string[], rest?: string): string {
  const random = randomSteps(text)
  const isOneLine = !text.includes('\n')
  let kept = 0
  let before = ''
  return Array.from(text, (char) => {
    const all = classes.find((each) => each.includes(char)) ?? (isAscii(char) ? rest : undefined)
    const known = all ?? (isOneLine && kept > 1 ? separatorsOf(char, before) : undefined)
    const other =
      known === undefined ? swappedLetter(char) : otherOf(char, known, random(), /\d$/.test(before))
    kept = other === char ? kept + 1 : 0
    before = `${before.slice(-2)}${char}`
    return other
  }).join('')
}

/** Other characters for a separator among others, unless it is part of `://`: alone, it has a meaning. */
function separatorsOf(char: string, before: string): string | undefined {
  return SEPARATORS.includes(char) && !(char === '/' && before.endsWith(':/')) ? SEPARATORS : undefined
}

/** A number begins with no other zero than it had. */
function otherOf(char: string, all: string, random: number, isInNumber: boolean): string {
  const others = all.replace(char, '')
  const other = others[random % others.length] ?? char
  return other === '0' && !isInNumber ? (others[(random + 1) % others.length] ?? char) : other
}

/** Numbers from 0 to 255 that are the same for the same text. */
function randomSteps(text: string): () => number {
  const seed = hash('sha256', `stand-in ${text}`)
  let numbers = Buffer.alloc(0)
  let used = 0
  let count = 0
  return () => {
    if (used === numbers.length) {
      numbers = hash('sha256', `${seed} ${count++}`, 'buffer')
      used = 0
    }
    return numbers[used++] ?? 0
  }
}

function isAscii(char: string): boolean {
  return char.length === 1 && char < '\x80'
}

/** Categories of Unicode whose characters stand in for each other, and those of all characters that show. */
const CATEGORIES = [
  ...[/\p{Lu}/u, /\p{Ll}/u, /\p{Lt}/u, /\p{Lm}/u, /\p{Lo}/u, /\p{M}/u, /\p{Nd}/u, /\p{N}/u],
  ...[/\p{Sc}/u, /\p{Sm}/u, /\p{Sk}/u, /\p{So}/u, /\p{P}/u, /\p{Zs}/u, /\p{Cf}/u],
]
const SHOWN = /[\p{L}\p{N}\p{S}\p{P}]/u

/**
 * A character beyond ASCII: its nearest one in Unicode of the same category, or else any that shows. UTF-8 has 64 with
 * the same first bytes, so that the size stays.
 */
function swappedLetter(char: string): string {
  const point = char.codePointAt(0) ?? 0
  if (point < 0x80) return char
  const kind = CATEGORIES.find((each) => each.test(char)) ?? SHOWN
  const near = (isFit: RegExp) => {
    for (let bits = 1; bits < 64; bits++) {
      const other = String.fromCodePoint(point ^ bits)
      if (isFit.test(other)) return other
    }
    return undefined
  }
  return near(kind) ?? near(SHOWN) ?? char
}

function withDigit(text: string, index: number, digit: string): string {
  return `${text.slice(0, index)}${digit}${text.slice(index + 1)}`
}

function smaller(digit: string): string {
  return digit === '1' ? '2' : String(Math.max(1, Math.floor(Number(digit) / 2)))
}
