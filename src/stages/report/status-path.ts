import { createHash } from 'node:crypto'

const DIRECTORY = 'installations/'
const ENDING = '.yaml'
/** Maximum length of a file's name on common file systems, in bytes. */
const LONGEST_PART = 255
/** What is left of a part that is too long, in bytes, beside its hash. */
const KEPT_OF_LONG = 120

/**
 * Characters that a file system or Git treats specially: `%` itself, what Windows or a shell refuses,
 * `~` (Git refuses `git~1`), and what is invisible (Git refuses `.git` also with such characters in it).
 */
const SPECIAL = /[%~\\:*?"<>|]|\p{C}/gu

/**
 * Where an installation's record stands on the status branch: `installations/<name>.yaml`. Each name has
 * a path of its own that is no other's directory and that Git and file systems accept: what would not be
 * is written as `%` and two hexadecimal digits for each byte, as in URLs (RFC 3986).
 */
export function statusPath(name: string): string {
  const parts = name.split('/')
  const last = parts.length - 1
  return DIRECTORY + parts.map((part, at) => (at === last ? fileName(part) : directoryName(part))).join('/')
}

/** Whether a record of that name may stand there: also where earlier versions wrote it. */
export function isPathOf(path: string, name: string): boolean {
  return path === statusPath(name) || path === plainStatusPath(name)
}

/** Where earlier versions wrote the record of every name. */
function plainStatusPath(name: string): string {
  return `${DIRECTORY}${name}${ENDING}`
}

export function isStatusPath(path: string): boolean {
  return path.startsWith(DIRECTORY) && path.endsWith(ENDING)
}

function fileName(part: string): string {
  return shortened(escaped(part), ENDING) + ENDING
}

/** A directory that is called like a record would be in that one's way. */
function directoryName(part: string): string {
  return shortened(escaped(part).replace(/\.(?=yaml$)/i, percent), '')
}

/** Without a dot in front, as in `..` and `.git`, or at the end, which Windows drops; an empty part is not lost. */
function escaped(part: string): string {
  if (part === '') return '%'
  return part.replaceAll(SPECIAL, percent).replaceAll(/^\.|[. ]$/g, percent)
}

function percent(text: string): string {
  return [...Buffer.from(text)].map((byte) => `%${hex(byte)}`).join('')
}

function hex(byte: number): string {
  return byte.toString(16).toUpperCase().padStart(2, '0')
}

/** A part that is too long is cut, with its hash behind `%~`, which stands in no other part. */
function shortened(part: string, ending: string): string {
  if (Buffer.byteLength(part + ending) <= LONGEST_PART) return part
  const start = new TextDecoder().decode(Buffer.from(part).subarray(0, KEPT_OF_LONG))
  const hash = createHash('sha256').update(part).digest('hex')
  return `${start.replace(/(\uFFFD|%.?)$/, '')}%~${hash}`
}
