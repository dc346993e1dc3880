import { DamagedStore } from './damaged-store.ts'

/** A number of seven bits a byte, least significant first (gitformat-pack(5), size encoding). */
function readSize(bytes: Uint8Array, start: number): { readonly value: number; readonly end: number } {
  let value = 0
  let factor = 1
  for (let at = start; at < bytes.length && at < start + 8; at += 1) {
    const byte = bytes[at] ?? 0
    value += (byte & 0x7f) * factor
    if (byte < 0x80) return { value, end: at + 1 }
    factor *= 128
  }
  throw new DamagedStore('a delta has an unterminated size')
}

/** Size of the delta's result, in bytes. */
export function deltaResultSize(delta: Uint8Array): number {
  return readSize(delta, readSize(delta, 0).end).value
}

/**
 * Makes an object from its base and a delta (gitformat-pack(5), deltified representation).
 * @throws DamagedStore if the delta does not fit the base
 */
export function applyDelta(base: Uint8Array, delta: Uint8Array): Buffer {
  const source = readSize(delta, 0)
  const target = readSize(delta, source.end)
  if (source.value !== base.length) throw new DamagedStore('a delta does not match the size of its base')
  const result = Buffer.allocUnsafe(target.value)
  let at = target.end
  let filled = 0
  while (at < delta.length) {
    const command = delta[at] ?? 0
    const piece = command & 0x80 ? copyOf(base, delta, at) : insertOf(delta, at)
    if (filled + piece.bytes.length > result.length)
      throw new DamagedStore('a delta produces more than its header says')
    result.set(piece.bytes, filled)
    filled += piece.bytes.length
    at = piece.end
  }
  if (filled !== result.length) throw new DamagedStore('a delta produces less than its header says')
  return result
}

interface Piece {
  readonly bytes: Uint8Array
  readonly end: number
}

function insertOf(delta: Uint8Array, at: number): Piece {
  const length = delta[at] ?? 0
  const end = at + 1 + length
  if (length === 0 || end > delta.length)
    throw new DamagedStore('a delta inserts bytes that it does not contain')
  return { bytes: delta.subarray(at + 1, end), end }
}

/** The command's low seven bits say which bytes of offset (4) and size (3) follow. */
function copyOf(base: Uint8Array, delta: Uint8Array, at: number): Piece {
  const command = delta[at] ?? 0
  let end = at + 1
  let offset = 0
  let size = 0
  for (let bit = 0; bit < 7; bit += 1) {
    if (!(command & (1 << bit))) continue
    const byte = delta[end] ?? 0
    end += 1
    if (bit < 4) offset += byte * 2 ** (8 * bit)
    else size += byte * 2 ** (8 * (bit - 4))
  }
  if (size === 0) size = 0x10000
  if (end > delta.length || offset + size > base.length)
    throw new DamagedStore('a delta copies from beyond its base')
  return { bytes: base.subarray(offset, offset + size), end }
}
