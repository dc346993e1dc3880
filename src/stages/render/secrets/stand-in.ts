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
  return swapped(text, HEX.test(text) ? HEX_CLASSES : CLASSES)
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

function swapped(text: string, classes: readonly string[]): string {
  const seed = hash('sha256', `stand-in ${text}`)
  let random = Buffer.alloc(0)
  let used = 0
  return Array.from(text, (char, index) => {
    const all = classes.find((each) => each.includes(char))
    if (all === undefined) return swappedLetter(char)
    if (used === random.length) {
      random = hash('sha256', `${seed} ${index}`, 'buffer')
      used = 0
    }
    const step = 1 + ((random[used++] ?? 0) % (all.length - 1))
    const other = all[(all.indexOf(char) + step) % all.length] ?? char
    // A number begins with no other zero than it had.
    const isLeading = other === '0' && !/\d/.test(text[index - 1] ?? '')
    return isLeading ? (all[(all.indexOf(char) + (step % (all.length - 1)) + 1) % all.length] ?? char) : other
  }).join('')
}

/** A letter beyond ASCII: its neighbour in Unicode, where that is a letter of the same case and size. */
function swappedLetter(char: string): string {
  const point = char.codePointAt(0) ?? 0
  if (point < 0x80) return char
  const kind = [/\p{Lu}/u, /\p{Ll}/u, /\p{Lo}/u].find((each) => each.test(char))
  const near = [point ^ 1, point ^ 2, point ^ 3].map((each) => String.fromCodePoint(each))
  return near.find((other) => kind?.test(other)) ?? char
}

function withDigit(text: string, index: number, digit: string): string {
  return `${text.slice(0, index)}${digit}${text.slice(index + 1)}`
}

function smaller(digit: string): string {
  return digit === '1' ? '2' : String(Math.max(1, Math.floor(Number(digit) / 2)))
}
