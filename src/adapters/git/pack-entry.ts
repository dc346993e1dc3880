import { inflateSync } from 'node:zlib'
import { DamagedStore } from './damaged-store.ts'
import type { ObjectType } from './object-id.ts'

/** The beginning of an entry in a pack (gitformat-pack(5), pack entries). */
export interface PackEntryHeader {
  readonly kind: ObjectType | 'offset-delta' | 'ref-delta'
  /** Size of the entry's data when inflated, in bytes. */
  readonly size: number
  /** Length of this header in bytes; the deflated data follows. */
  readonly length: number
  /** For an offset-delta: distance back to the beginning of its base, in bytes. */
  readonly distance?: number
  /** For a ref-delta: the id of its base. */
  readonly baseOid?: string
}

const KINDS: readonly (PackEntryHeader['kind'] | undefined)[] = [
  undefined,
  'commit',
  'tree',
  'blob',
  'tag',
  undefined,
  'offset-delta',
  'ref-delta',
]

/** Maximum length of a header, in bytes. */
export const LONGEST_HEADER = 40

/** @throws DamagedStore if the bytes are not a header */
export function parseEntryHeader(bytes: Uint8Array): PackEntryHeader {
  const first = bytes[0] ?? 0
  const kind = KINDS[(first >> 4) & 7]
  if (!kind) throw new DamagedStore('a pack entry of unknown type')
  let size = first & 15
  let factor = 16
  let at = 1
  for (let byte = first; byte & 0x80; at += 1) {
    byte = byteAt(bytes, at)
    size += (byte & 0x7f) * factor
    factor *= 128
  }
  if (kind === 'offset-delta') return { kind, size, ...distanceAt(bytes, at) }
  if (kind !== 'ref-delta') return { kind, size, length: at }
  return { kind, size, length: at + 20, baseOid: Buffer.from(bytes.subarray(at, at + 20)).toString('hex') }
}

/** Seven bits a byte, most significant first, one added at each continuation. */
function distanceAt(bytes: Uint8Array, start: number): { distance: number; length: number } {
  let at = start
  let byte = byteAt(bytes, at)
  let distance = byte & 0x7f
  while (byte & 0x80) {
    at += 1
    byte = byteAt(bytes, at)
    distance = (distance + 1) * 128 + (byte & 0x7f)
  }
  return { distance, length: at + 1 }
}

function byteAt(bytes: Uint8Array, at: number): number {
  const byte = bytes[at]
  if (byte === undefined || at > LONGEST_HEADER) throw new DamagedStore('a truncated pack entry')
  return byte
}

/** Inflates to exactly `size` bytes. @throws DamagedStore if the result has another size */
export function inflateExactly(deflated: Uint8Array, size: number): Buffer {
  try {
    const bytes = inflateSync(deflated, { maxOutputLength: size || 1, chunkSize: Math.max(64, size + 1) })
    if (bytes.length === size) return bytes
  } catch (cause) {
    throw new DamagedStore('an object cannot be inflated', { cause })
  }
  throw new DamagedStore('an object is shorter than its header says')
}
