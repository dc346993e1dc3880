import { DamagedStore } from './damaged-store.ts'

/** One entry of one tree object. */
export interface TreeRecord {
  readonly name: string
  /** Octal, as Git writes it: 40000, 100644, 100755, 120000, 160000. */
  readonly mode: string
  readonly oid: string
}

export const DIRECTORY = '40000'
export const FILE = '100644'
export const EXECUTABLE = '100755'
export const SYMLINK = '120000'
export const SUBMODULE = '160000'

/** Reads a tree object: `<mode> <name>\0<20 bytes of id>`, repeated. @throws DamagedStore */
export function parseTree(bytes: Uint8Array): TreeRecord[] {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  const records: TreeRecord[] = []
  let at = 0
  while (at < buffer.length) {
    const space = buffer.indexOf(0x20, at)
    const zero = buffer.indexOf(0, space)
    if (space < 0 || zero < 0 || zero + 21 > buffer.length) throw new DamagedStore('a tree is damaged')
    records.push({
      mode: buffer.toString('latin1', at, space).replace(/^0+/, ''),
      name: buffer.toString('utf8', space + 1, zero),
      oid: buffer.toString('hex', zero + 1, zero + 21),
    })
    at = zero + 21
  }
  return records
}

/** Writes a tree object, its entries in Git's order (a directory sorts as if its name ended in a slash). */
export function encodeTree(records: readonly TreeRecord[]): Buffer {
  const sorted = records.toSorted((one, other) => sortKey(one).compare(sortKey(other)))
  return Buffer.concat(
    sorted.flatMap(({ mode, name, oid }) => [Buffer.from(`${mode} ${name}\0`), Buffer.from(oid, 'hex')]),
  )
}

function sortKey({ name, mode }: TreeRecord): Buffer {
  return Buffer.from(mode === DIRECTORY ? `${name}/` : name)
}
