import { createHash } from 'node:crypto'
import { DamagedStore } from './damaged-store.ts'

const MAGIC = 0xff744f63
const FANOUT_END = 8 + 256 * 4
const TRAILER = 40
/** Bytes per object: its id, a checksum and its offset. */
const ENTRY = 20 + 4 + 4

/** The index of a pack below 2 GiB (gitformat-pack(5), version 2): the place of each object. */
export interface PackIndex {
  readonly count: number
  /** For each first byte of an id, the number of ids that begin with it or a lesser one. */
  readonly fanout: Uint32Array
  /** The ids, sorted, 20 bytes each. */
  readonly ids: Buffer
  /** Offsets in the pack, in the order of the ids. */
  readonly offsets: Uint32Array
  /** The offsets, sorted: each object ends where the next one begins. */
  readonly order: Uint32Array
  /** SHA-1 at the end of the pack, hexadecimal. */
  readonly packChecksum: string
}

/** @throws DamagedStore if the bytes are not such an index */
export function parsePackIndex(bytes: Buffer): PackIndex {
  const valid =
    bytes.length >= FANOUT_END + TRAILER && bytes.readUInt32BE(0) === MAGIC && bytes.readUInt32BE(4) === 2
  const count = valid ? bytes.readUInt32BE(FANOUT_END - 4) : -1
  if (bytes.length !== FANOUT_END + count * ENTRY + TRAILER || !checksumFits(bytes)) {
    throw new DamagedStore('a pack index is damaged')
  }
  const offsets = readNumbers(bytes, FANOUT_END + count * 24, count)
  return {
    count,
    fanout: readNumbers(bytes, 8, 256),
    ids: bytes.subarray(FANOUT_END, FANOUT_END + count * 20),
    offsets,
    order: offsets.toSorted(),
    packChecksum: bytes.toString('hex', bytes.length - TRAILER, bytes.length - 20),
  }
}

/** An object's entry in an index. */
export interface IndexedObject {
  /** 20 bytes. */
  readonly id: Buffer
  readonly offset: number
  /** CRC-32 of the entry in the pack. */
  readonly crc: number
}

/** Writes the index of a pack below 2 GiB. `packChecksum`: the 20 bytes at the pack's end. */
export function encodePackIndex(objects: readonly IndexedObject[], packChecksum: Buffer): Buffer {
  const sorted = objects.toSorted((one, other) => one.id.compare(other.id))
  const upTo = Array.from({ length: 256 }, () => 0)
  for (const { id } of sorted) upTo[id[0] ?? 0] = (upTo[id[0] ?? 0] ?? 0) + 1
  for (let first = 1; first < 256; first += 1) upTo[first] = (upTo[first] ?? 0) + (upTo[first - 1] ?? 0)
  const content = Buffer.concat([
    numbers([MAGIC, 2, ...upTo]),
    ...sorted.map(({ id }) => id),
    numbers(sorted.map(({ crc }) => crc)),
    numbers(sorted.map(({ offset }) => offset)),
    packChecksum,
  ])
  return Buffer.concat([content, createHash('sha1').update(content).digest()])
}

function numbers(values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4)
  for (const [at, value] of values.entries()) bytes.writeUInt32BE(value, at * 4)
  return bytes
}

/** Offset of the object in the pack; undefined if the pack lacks it. */
export function offsetOf(index: PackIndex, oid: string): number | undefined {
  const id = Buffer.from(oid, 'hex')
  const first = id[0] ?? 0
  let low = first === 0 ? 0 : (index.fanout[first - 1] ?? 0)
  let high = index.fanout[first] ?? 0
  while (low < high) {
    const middle = (low + high) >>> 1
    const order = id.compare(index.ids, middle * 20, middle * 20 + 20)
    if (order === 0) return index.offsets[middle]
    if (order < 0) high = middle
    else low = middle + 1
  }
  return undefined
}

/** Latest end of the object at `offset`; undefined for the last one. */
export function endOf(index: PackIndex, offset: number): number | undefined {
  let low = 0
  let high = index.count
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((index.order[middle] ?? 0) <= offset) low = middle + 1
    else high = middle
  }
  return index.order[low]
}

/** The ids that begin with the hexadecimal digits. */
export function idsWithPrefix(index: PackIndex, prefix: string): string[] {
  const found: string[] = []
  const first = Number.parseInt(prefix.slice(0, 2), 16)
  for (let at = index.fanout[first - 1] ?? 0; at < (index.fanout[first] ?? 0); at += 1) {
    const oid = index.ids.toString('hex', at * 20, at * 20 + 20)
    if (oid.startsWith(prefix)) found.push(oid)
  }
  return found
}

function checksumFits(bytes: Buffer): boolean {
  const body = bytes.subarray(0, bytes.length - 20)
  return createHash('sha1')
    .update(body)
    .digest()
    .equals(bytes.subarray(bytes.length - 20))
}

function readNumbers(bytes: Buffer, start: number, count: number): Uint32Array {
  return Uint32Array.from({ length: count }, (_, at) => bytes.readUInt32BE(start + at * 4))
}
