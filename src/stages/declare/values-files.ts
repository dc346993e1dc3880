import { containedLater } from '../../model/contained.ts'
import type { Decrypt } from '../../model/decrypt.ts'
import { suggestionsFrom } from '../../model/did-you-mean.ts'
import { type Fault, fault, isUnforeseen } from '../../model/fault.ts'
import type { JsonObject } from '../../model/json.ts'
import { belowRoot, placedBelow, type Snapshot, type TreeEntry } from '../../model/snapshot.ts'
import { decodeFile } from './decode-file.ts'
import { type ReadValues, readValues } from './read-values.ts'
import { holdsObject } from './template-files.ts'
import type { TreeOptions } from './tree-options.ts'
import { directoryOf } from './tree-path.ts'
import { parseYaml } from './yaml/parse-yaml.ts'

/** A file of values that documents name. Same object for the same content. */
export interface ValuesFile extends ReadValues {
  readonly oid: string
  /** Where there are any, it has no values. */
  readonly faults: readonly Fault[]
}

const KINDS = {
  file: 'a file',
  symlink: 'a symbolic link',
  submodule: 'a submodule',
  'too-deep': 'a directory',
  'too-large': 'a directory',
} as const satisfies Record<TreeEntry['type'], string>

/** By path from the root of the repository; for what is no file there, its description for people. */
export type ValuesFiles = ReadonlyMap<string, ValuesFile | string>

/**
 * Reads files of values.
 *
 * @param paths from the root of the repository
 * @param known the files of an earlier tree: unchanged ones are reused
 */
export async function readValuesFiles(
  paths: ReadonlySet<string>,
  snapshot: Snapshot,
  options: TreeOptions,
  known: ValuesFiles | undefined,
): Promise<ValuesFiles> {
  if (paths.size === 0) return new Map()
  const entries = await entriesFor(paths, snapshot)
  const byPath = new Map(entries.filter(({ path }) => paths.has(path)).map((entry) => [entry.path, entry]))
  const suggest = suggestionsFrom(entries.map(({ path }) => path))
  const files = [...byPath.values()].filter(({ type }) => type === 'file')
  const kept = new Map(files.flatMap((entry) => keptOf(entry, known)))
  const unread = files.filter(({ path }) => !kept.has(path))
  const contents = await snapshot.readBlobs(unread.map(({ oid }) => oid))
  const read = await Promise.all(
    unread.map(async ({ path, oid }) => {
      const found = await readOne(belowRoot(path, snapshot.root) ?? path, contents.get(oid), options)
      return [path, sameAs(known?.get(path), { ...found, oid })] as const
    }),
  )
  const found = new Map([...kept, ...read])
  return new Map(
    [...paths].map((path) => [path, found.get(path) ?? missing(path, byPath.get(path), suggest)]),
  )
}

/** Entries below the Repository's path, and beside files that are elsewhere. */
async function entriesFor(
  paths: ReadonlySet<string>,
  { entries, root, entriesBelow }: Snapshot,
): Promise<readonly TreeEntry[]> {
  const outside = [...paths].filter((path) => belowRoot(path, root) === undefined)
  const directories = [...new Set(outside.map(directoryOf))]
  const listed = await Promise.all(directories.map((directory) => entriesBelow(directory)))
  return [...placedBelow(root, entries), ...listed.flat()]
}

/** The file of before, unless another attempt may read it. */
function keptOf(
  { path, oid }: TreeEntry,
  known: ValuesFiles | undefined,
): readonly (readonly [string, ValuesFile])[] {
  const file = known?.get(path)
  if (typeof file !== 'object' || file.oid !== oid || file.faults.some(mayPass)) return []
  return [[path, file]]
}

function mayPass(found: Fault): boolean {
  return found.code === 'undecryptable' || isUnforeseen(found)
}

/** The file of before, where another attempt failed in the same way. */
function sameAs(before: ValuesFile | string | undefined, file: ValuesFile): ValuesFile {
  if (typeof before !== 'object' || before.oid !== file.oid || file.faults.length === 0) return file
  const [one, other] = [before, file].map(({ faults }) => faults.map(({ message }) => message).join('\n'))
  return one === other ? before : file
}

function missing(path: string, entry: TreeEntry | undefined, suggest: (name: string) => string): string {
  if (entry === undefined) return `${path}${suggest(path)}`
  return `${path} is ${KINDS[entry.type]}`
}

function readOne(
  file: string,
  bytes: Uint8Array | undefined,
  { decrypt, onUnforeseen }: TreeOptions,
): Promise<Omit<ValuesFile, 'oid'>> {
  const place = { location: { file, line: 1 } }
  const instead = (found: Fault) => without([found], file)
  return containedLater({ what: 'reading a file of values', place, instead, onUnforeseen }, () =>
    valuesIn(file, bytes, decrypt),
  )
}

async function valuesIn(
  file: string,
  bytes: Uint8Array | undefined,
  decrypt: Decrypt,
): Promise<Omit<ValuesFile, 'oid'>> {
  const decoded = decodeFile(file, bytes)
  if ('fault' in decoded) return without([decoded.fault], file)
  const { text } = decoded
  const documents = parseYaml(text, file)
  const broken = documents.flatMap(({ faults }) => faults)
  if (broken.length > 0) return without(broken, file)
  const [first, second] = documents.filter(({ value }) => value !== null)
  const wrong = (details: string, { line }: { readonly line: number }) =>
    without([fault('bad-values-file', `${file} ${details}`, { location: { file, line } })], file)
  if (second) return wrong('has several documents', second)
  if (first && holdsObject([first], text)) return wrong('is a manifest', first)
  const read = await readValues(first ? [first] : [], text, file, decrypt)
  return 'faults' in read ? without(read.faults, file) : { ...read, faults: [] }
}

const NONE: JsonObject = {}

function without(faults: readonly Fault[], file: string): Omit<ValuesFile, 'oid'> {
  return { values: NONE, placeOf: () => ({ file, line: 1 }), faults }
}
