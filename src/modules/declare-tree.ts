import { declarationOf } from '../declare/fleet/declarations.ts'
import { type Directory, directoryWith } from '../declare/fleet/directory.ts'
import { type Draft, draftsIn, draftsOf } from '../declare/fleet/drafts.ts'
import { type Groups, groupsOf } from '../declare/fleet/groups.ts'
import { membership } from '../declare/fleet/membership.ts'
import { withoutTemplates } from '../declare/fleet/without-templates.ts'
import { type InstallationSource, layout } from '../declare/layout.ts'
import { readFile } from '../declare/read-file.ts'
import type { Manifest } from '../declare/read-manifest.ts'
import type { Declaration } from '../model/declaration.ts'
import type { Decrypt } from '../model/decrypt.ts'
import type { Fault } from '../model/fault.ts'
import { MAX_FILE_BYTES, type ReadBlobs, type Snapshot } from '../model/snapshot.ts'

/** What a commit declares, and the files as they were read. */
export interface DeclaredTree {
  /** By name, sorted. */
  readonly declarations: ReadonlyMap<string, Declared>
  /** Names of all groups. */
  readonly groups: ReadonlySet<string>
  /** By the path of the directory; those of templates, too. */
  readonly directories: ReadonlyMap<string, Directory>
  /** Of those that are no templates. */
  readonly drafts: ReadonlyMap<Directory, readonly Draft[]>
}

/** A declaration, and all that it was made of: made of the same, it is the same. */
export interface Declared {
  readonly declaration: Declaration
  readonly inputs: readonly unknown[]
}

/**
 * @param known what was read before: only files that changed since are read and parsed, and those that
 * could not be decrypted
 */
export async function declareTree(
  snapshot: Snapshot,
  decrypt: Decrypt,
  known?: DeclaredTree,
): Promise<DeclaredTree> {
  const sources = layout(snapshot.entries, known?.directories)
  const directories = await readDirectories(sources, { readBlobs: snapshot.readBlobs, decrypt }, known)
  const left = withoutTemplates(directories, snapshot.root)
  const groups = groupsOf(left)
  const groupOf = membership(groups)
  const drafts = new Map(left.map((directory) => [directory, draftsOfOne(directory, groups, known)] as const))
  const declarations = draftsOf(drafts.values()).map((draft): [string, Declared] => {
    const { name, source, document, location } = draft
    const member = groupOf(name, document, location)
    const group = 'group' in member ? member.group : member.fault.message
    const before = known?.declarations.get(name)
    const lacks = [...draft.faults, ...(typeof group === 'object' ? group.faults : [])].flatMap(lackOf)
    const inputs = [
      source,
      document,
      ...lacks,
      ...(typeof group === 'object' ? [...group.chain, group.faults.length] : [group]),
    ]
    if (before && isSame(before.inputs, inputs)) return [name, before]
    return [name, { declaration: declarationOf(draft, member), inputs }]
  })
  return {
    declarations: new Map(declarations),
    groups: new Set(groups.keys()),
    directories: new Map(directories.map((directory) => [directory.name, directory])),
    drafts,
  }
}

function draftsOfOne(
  directory: Directory,
  groups: Groups,
  known: DeclaredTree | undefined,
): readonly Draft[] {
  return (directory.isPlain && known?.drafts.get(directory)) || draftsIn(directory, groups)
}

/** What is encrypted may be read at another time, though nothing changed in Git. */
function lackOf({ code, message }: Fault): readonly string[] {
  return code === 'undecryptable' ? [message] : []
}

async function readDirectories(
  sources: readonly InstallationSource[],
  { readBlobs, decrypt }: { readonly readBlobs: ReadBlobs; readonly decrypt: Decrypt },
  known: DeclaredTree | undefined,
): Promise<readonly Directory[]> {
  const readings = sources.map((source): Directory | Reading => {
    const before = known?.directories.get(source.name)
    if (before?.source === source.source && isOpen(before)) return before
    return { source, known: filesOf(before) }
  })
  const unread = readings.flatMap((reading) => ('known' in reading ? unreadOf(reading) : []))
  const contents = await readBlobs([...new Set(unread)])
  return Promise.all(
    readings.map((reading) => ('known' in reading ? readSource(reading, contents, decrypt) : reading)),
  )
}

/** A directory that changed, and what of its files is known already. */
interface Reading {
  readonly source: InstallationSource
  readonly known: ReadonlyMap<string, ReadFile>
}

function unreadOf({ source, known }: Reading): readonly string[] {
  return source.files.filter(({ path, oid }) => known.get(path)?.oid !== oid).map(({ oid }) => oid)
}

function readSource(
  { source, known }: Reading,
  contents: ReadonlyMap<string, Uint8Array>,
  decrypt: Decrypt,
): Directory | Promise<Directory> {
  const manifests = source.files.map(({ path, oid }) => {
    const file = known.get(path)
    return file?.oid === oid ? file.manifest : readFile(path, contents.get(oid), MAX_FILE_BYTES, decrypt)
  })
  if (manifests.every(isRead)) return directoryWith(source, manifests)
  return Promise.all(manifests).then((read) => directoryWith(source, read))
}

function isRead(manifest: Manifest | Promise<Manifest>): manifest is Manifest {
  return !(manifest instanceof Promise)
}

function isOpen({ manifests }: Directory): boolean {
  return manifests.every(({ isUndecryptable }) => isUndecryptable !== true)
}

interface ReadFile {
  readonly oid: string
  readonly manifest: Manifest
}

function filesOf(directory: Directory | undefined): ReadonlyMap<string, ReadFile> {
  if (directory === undefined) return new Map()
  const { files, manifests } = directory
  return new Map(
    files.flatMap(({ path, oid }, index) => {
      const manifest = manifests[index]
      return manifest && !manifest.isUndecryptable ? [[path, { oid, manifest }] as const] : []
    }),
  )
}

function isSame(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((item, index) => item === b[index])
}
