/** One entry of a tar archive. */
export interface TarEntry {
  /** As in the archive. */
  readonly path: string
  readonly type: 'file' | 'directory' | 'link' | 'other'
  /** Empty except for a file. A view of the archive's bytes. */
  readonly bytes: Uint8Array
}

const BLOCK = 512
const TYPES: Readonly<Record<string, TarEntry['type']>> = {
  '0': 'file',
  '\0': 'file',
  '7': 'file',
  '5': 'directory',
  '1': 'link',
  '2': 'link',
}

/** Records that precede an entry and describe it. */
interface Ahead {
  path?: string | undefined
  size?: number | undefined
}

/**
 * Reads a tar archive: ustar, with the long names and sizes of pax (POSIX.1-2001) and GNU tar.
 * @throws Error if it is not an archive, or truncated
 */
export function* readTar(archive: Uint8Array): Generator<TarEntry> {
  let offset = 0
  let ahead: Ahead = {}
  while (offset < archive.length) {
    const header = archive.subarray(offset, offset + BLOCK)
    if (header.length < BLOCK) throw new Error('the archive is truncated')
    if (header.every((byte) => byte === 0)) return
    checkSum(header)
    const type = text(header, 156, 1) || '\0'
    const size = ahead.size ?? number(header, 124, 12)
    const end = offset + BLOCK + size
    if (end > archive.length) throw new Error('the archive is truncated')
    const bytes = archive.subarray(offset + BLOCK, end)
    offset = end + ((BLOCK - (size % BLOCK)) % BLOCK)
    const more = extension(type, bytes)
    if (more) {
      ahead = { ...ahead, ...more }
      continue
    }
    const kind = TYPES[type] ?? 'other'
    yield {
      path: ahead.path ?? pathOf(header),
      type: kind,
      bytes: kind === 'file' ? bytes : new Uint8Array(),
    }
    ahead = {}
  }
  throw new Error('the archive is truncated')
}

/** Records about the next entry; undefined if this entry is not such an extension. */
function extension(type: string, bytes: Uint8Array): Ahead | undefined {
  switch (type) {
    case 'L': // GNU: the next path
      return { path: text(bytes, 0, bytes.length) }
    case 'x':
      return paxRecords(bytes)
    case 'K': // GNU: target of the next link
    case 'g': // about all entries: comments, times
      return {}
    default:
      return undefined
  }
}

/** `<length> <key>=<value>\n` each. */
function paxRecords(bytes: Uint8Array): Ahead {
  const ahead: Ahead = {}
  for (let at = 0; at < bytes.length; ) {
    const space = bytes.indexOf(32, at)
    const length = Number(text(bytes, at, space - at))
    if (space < 0 || !Number.isInteger(length) || length < 5) throw new Error('an invalid pax header')
    const record = text(bytes, space + 1, at + length - space - 2)
    const equals = record.indexOf('=')
    const value = record.slice(equals + 1)
    if (record.startsWith('path=')) ahead.path = value
    if (record.startsWith('size=')) ahead.size = wholeNumber(value, 10)
    at += length
  }
  return ahead
}

function pathOf(header: Uint8Array): string {
  const prefix = text(header, 257, 6) === 'ustar' ? text(header, 345, 155) : ''
  const name = text(header, 0, 100)
  return prefix === '' ? name : `${prefix}/${name}`
}

function checkSum(header: Uint8Array): void {
  const sum = header.reduce((all, byte, index) => all + (index >= 148 && index < 156 ? 32 : byte), 0)
  if (sum !== number(header, 148, 8)) throw new Error('not a tar archive')
}

/** Octal digits, or base 256 if the first bit is set (GNU). */
function number(header: Uint8Array, at: number, length: number): number {
  if (((header[at] ?? 0) & 0x80) === 0) return wholeNumber(text(header, at, length).trim() || '0', 8)
  const bytes = header.subarray(at + 1, at + length)
  return bounded(bytes.reduce((all, byte) => all * 256 + byte, (header[at] ?? 0) & 0x7f))
}

function wholeNumber(digits: string, base: number): number {
  if (!/^\d+$/.test(digits)) throw new Error('an invalid number in a header')
  return bounded(Number.parseInt(digits, base))
}

function bounded(value: number): number {
  if (!Number.isSafeInteger(value)) throw new Error('an invalid number in a header')
  return value
}

/** Text up to the first NUL. */
function text(bytes: Uint8Array, at: number, length: number): string {
  const part = bytes.subarray(at, at + Math.max(length, 0))
  const end = part.indexOf(0)
  return new TextDecoder().decode(end < 0 ? part : part.subarray(0, end))
}
