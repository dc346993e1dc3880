import { createHash } from 'node:crypto'
import { crc32, deflateSync } from 'node:zlib'
import type { GitObject, ObjectType } from './object-id.ts'
import { encodePackIndex, type IndexedObject } from './pack-index.ts'

/** File contents of a pack and its index. */
export interface EncodedPack {
  /** `pack-<checksum>`, without an extension. */
  readonly name: string
  readonly pack: Buffer
  readonly index: Buffer
}

const HEADER = 12
const CODES: Readonly<Record<ObjectType, number>> = { commit: 1, tree: 2, blob: 3, tag: 4 }

/** Encodes whole objects, by their ids, as a pack (gitformat-pack(5)). */
export function encodePack(objects: ReadonlyMap<string, GitObject>): EncodedPack {
  const entries: Buffer[] = []
  const index: IndexedObject[] = []
  let offset = HEADER
  for (const [oid, object] of objects) {
    const entry = encodeEntry(object)
    entries.push(entry)
    index.push({ id: Buffer.from(oid, 'hex'), offset, crc: crc32(entry) })
    offset += entry.length
  }
  return finishPack(entries, index)
}

/** Adds header and checksum to the entries, whose offsets are relative to the whole pack. */
export function finishPack(entries: readonly Buffer[], objects: readonly IndexedObject[]): EncodedPack {
  const content = Buffer.concat([packHeader(objects.length), ...entries])
  const checksum = createHash('sha1').update(content).digest()
  return {
    name: `pack-${checksum.toString('hex')}`,
    pack: Buffer.concat([content, checksum]),
    index: encodePackIndex(objects, checksum),
  }
}

function packHeader(count: number): Buffer {
  const header = Buffer.from('PACK\0\0\0\x02\0\0\0\0', 'latin1')
  header.writeUInt32BE(count, 8)
  return header
}

/** Type and size: four bits of the size in the first byte, then seven bits a byte. */
function encodeEntry({ type, bytes }: GitObject): Buffer {
  const header: number[] = []
  let byte = (CODES[type] << 4) | (bytes.length & 15)
  for (let rest = Math.floor(bytes.length / 16); rest > 0; rest = Math.floor(rest / 128)) {
    header.push(byte | 0x80)
    byte = rest & 0x7f
  }
  return Buffer.concat([Buffer.from([...header, byte]), deflateSync(bytes)])
}
