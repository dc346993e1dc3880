import { createHash } from 'node:crypto'

const DIRECTORY = 'installations/'
const GROUPS = 'groups/'
const ENDING = '.yaml'
const PAGE = 'README.md'
/** The record of a head that is not applied. */
export const BRANCH_RECORD = 'branch.yaml'
const SHARD_PAGE = `${DIRECTORY}~00/${PAGE}`
/** Maximum length of a file name on common file systems, in bytes. */
const LONGEST_PART = 255
/** Length kept of a part that is too long, in bytes, before its hash. */
const KEPT_OF_LONG = 120

/**
 * Characters that a file system or Git treats specially: `%` itself, those that Windows or a shell refuses,
 * `~` (Git refuses `git~1`), and invisible ones (Git also refuses `.git` with such characters in it).
 */
const SPECIAL = /[%~\\:*?"<>|]|\p{C}/gu

/** A directory of records; no name's path begins like it. */
const SHARD = /^installations\/~[0-9a-f]{2}\//
const SHARD_COUNT = 256

/** All shards, as two hexadecimal digits. */
export const SHARDS: readonly string[] = Array.from({ length: SHARD_COUNT }, (_, n) =>
  n.toString(16).padStart(2, '0'),
)

/** Shard of an installation: the first two hexadecimal digits of the SHA-256 of its name. */
export function shardOf(name: string): string {
  return createHash('sha256').update(name).digest('hex').slice(0, 2)
}

/** Directory of a shard, with a slash. */
export function shardPath(shard: string): string {
  return `${DIRECTORY}~${shard}/`
}

/** Whether a path is in a shard. */
export function isShardPath(path: string): boolean {
  return SHARD.test(path)
}

/**
 * The path of an installation's record on the status branch: `installations/<name>.yaml`, or in a shard
 * `installations/~<shard>/<name>.yaml`. Each name has a
 * unique path that is no other's directory and that Git and file systems accept: any other character is
 * escaped as `%` and two hexadecimal digits per byte, as in URLs (RFC 3986).
 */
export function statusPath(name: string, shard?: string): string {
  const parts = name.split('/')
  const last = parts.length - 1
  const directory = shard === undefined ? DIRECTORY : shardPath(shard)
  return directory + parts.map((part, at) => (at === last ? fileName(part) : directoryName(part))).join('/')
}

/** Whether a record of that name may have that path, including the path by earlier versions. */
export function isPathOf(path: string, name: string): boolean {
  if (isShardPath(path)) return path === statusPath(name, shardOf(name))
  return path === statusPath(name) || path === plainStatusPath(name)
}

/** The path by earlier versions. */
function plainStatusPath(name: string): string {
  return `${DIRECTORY}${name}${ENDING}`
}

/** The path of a group's record on the status branch. */
export function groupPath(name: string): string {
  return GROUPS + fileName(name.replaceAll('/', percent))
}

export function isGroupPath(path: string): boolean {
  return path.startsWith(GROUPS) && path.endsWith(ENDING)
}

export function isStatusPath(path: string): boolean {
  return path.startsWith(DIRECTORY) && path.endsWith(ENDING)
}

/** Whether a path is that of a page that Reeve writes, or of its record of the branch. */
export function isPagePath(path: string): boolean {
  return (
    path === PAGE ||
    path === BRANCH_RECORD ||
    (isShardPath(path) && path.length === SHARD_PAGE.length && path.endsWith(`/${PAGE}`))
  )
}

function fileName(part: string): string {
  return shortened(escaped(part), ENDING) + ENDING
}

/** A directory named like a record would conflict with that record. */
function directoryName(part: string): string {
  return shortened(escaped(part).replace(/\.(?=yaml$)/i, percent), '')
}

/**
 * Escapes a leading dot, as in `..` and `.git`, and a trailing dot or space, which Windows drops; an empty
 * part becomes `%`.
 */
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

/** Cuts a part that is too long and appends its hash after `%~`, which no other part contains. */
function shortened(part: string, ending: string): string {
  if (Buffer.byteLength(part + ending) <= LONGEST_PART) return part
  const start = new TextDecoder().decode(Buffer.from(part).subarray(0, KEPT_OF_LONG))
  const hash = createHash('sha256').update(part).digest('hex')
  return `${start.replace(/(\uFFFD|%.?)$/, '')}%~${hash}`
}
