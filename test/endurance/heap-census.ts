import { readFile } from 'node:fs/promises'

/** What of one class is alive. */
export interface Census {
  readonly count: number
  readonly bytes: number
}

interface Snapshot {
  readonly snapshot: {
    readonly meta: {
      readonly node_fields: readonly string[]
      readonly node_types: readonly [readonly string[], ...unknown[]]
    }
  }
  readonly nodes: readonly number[]
  readonly strings: readonly string[]
}

/** Machine code and what the compiler knows: it comes and goes with how often a function runs. */
const COMPILED: ReadonlySet<string> = new Set(['code', 'hidden', 'object shape'])

/** Counts what a heap snapshot of V8 (Chrome DevTools' format) holds, by class; code aside. */
export async function heapCensus(file: string): Promise<ReadonlyMap<string, Census>> {
  const { snapshot, nodes, strings } = JSON.parse(await readFile(file, 'utf8')) as Snapshot
  const { node_fields: fields, node_types: types } = snapshot.meta
  const [type, name, size] = ['type', 'name', 'self_size'].map((field) => fields.indexOf(field)) as [
    number,
    number,
    number,
  ]
  const census = new Map<string, Census>()
  for (let at = 0; at < nodes.length; at += fields.length) {
    const kind = types[0][nodes[at + type] ?? 0] ?? ''
    if (COMPILED.has(kind)) continue
    const label = kind === 'object' ? `object ${strings[nodes[at + name] ?? 0]}` : kind
    const { count, bytes } = census.get(label) ?? { count: 0, bytes: 0 }
    census.set(label, { count: count + 1, bytes: bytes + (nodes[at + size] ?? 0) })
  }
  return census
}

const NATIVE = 'native'

/** What the garbage collector's own objects take. */
export function bytesIn(census: ReadonlyMap<string, Census>): number {
  return [...census.values()].reduce((sum, { bytes }) => sum + bytes, 0) - nativeBytesIn(census)
}

/** What is held outside the heap: buffers, handles, connections. */
export function nativeBytesIn(census: ReadonlyMap<string, Census>): number {
  return census.get(NATIVE)?.bytes ?? 0
}

/** The classes that grew most, in words. */
export function growth(before: ReadonlyMap<string, Census>, after: ReadonlyMap<string, Census>): string {
  return [...after]
    .map(([label, { count, bytes }]) => {
      const was = before.get(label) ?? { count: 0, bytes: 0 }
      return { label, count: count - was.count, bytes: bytes - was.bytes }
    })
    .sort((a, b) => b.bytes - a.bytes)
    .slice(0, 12)
    .map(({ label, count, bytes }) => `${label}: ${bytes} bytes and ${count} more`)
    .join('\n')
}
