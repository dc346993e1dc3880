import { placedAt, type Snapshot } from '../../model/snapshot.ts'
import { isRemote, type TemplateReference } from '../../model/template.ts'
import type { PlacedGroup } from '../declare/fleet/directory.ts'
import type { CommitTree } from '../declare/mixed-declaration.ts'
import { directoryOf } from '../declare/tree-path.ts'
import { templateExtent } from './template-extent.ts'

/** The head, and an earlier commit to which a part of it is to go back. */
export interface Both {
  readonly head: CommitTree
  readonly good: CommitTree
}

/**
 * Paths of files that differ from an earlier commit: those of templates, with charts and bases that they refer to, and
 * the values files that groups name for all their members. Documents of Reeve among them are left out.
 */
export async function differingFiles(
  templates: readonly TemplateReference[],
  groups: readonly PlacedGroup[],
  { head, good }: Both,
): Promise<readonly string[]> {
  const local = new Set(templates.flatMap((each) => (isRemote(each) ? [] : [each.path])))
  const found = await Promise.all([...local].map((path) => templateFiles(path, { head, good })))
  const named = groups.flatMap(({ document }) => document.valuesFiles.filter((path) => !path.includes('${')))
  const wanted = new Map([...found.flat(), ...(await valuesFiles(named, good.snapshot))])
  const now = await idsAt(wanted.keys(), head.snapshot)
  const documents = new Set([...documentFiles(head), ...documentFiles(good)])
  return [...wanted]
    .filter(([path, oid]) => now.get(path) !== oid && !documents.has(path))
    .map(([path]) => path)
}

/** A path, and the id of what was there; undefined for nothing. */
type Wanted = readonly [string, string | undefined]

async function templateFiles(path: string, { head, good }: Both): Promise<readonly Wanted[]> {
  const { directories, files } = await templateExtent(path, good.snapshot)
  // One that was not there yet is not inherited.
  if (files.length === 0) return []
  const known = new Set(files.map((entry) => entry.path))
  const now = await Promise.all(directories.map((each) => head.snapshot.entriesBelow(each)))
  const added = now.flat().filter((entry) => entry.type === 'file' && !known.has(entry.path))
  return [
    ...files.map((entry): Wanted => [entry.path, entry.oid]),
    ...added.map((entry): Wanted => [entry.path, undefined]),
  ]
}

async function valuesFiles(paths: readonly string[], good: Snapshot): Promise<readonly Wanted[]> {
  return [...(await idsAt(paths, good))]
}

/** Ids of the files at paths; none for a path without one. */
async function idsAt(
  paths: Iterable<string>,
  { entriesBelow }: Snapshot,
): Promise<ReadonlyMap<string, string>> {
  const wanted = new Set(paths)
  const directories = new Set([...wanted].map(directoryOf))
  const listed = await Promise.all([...directories].map((directory) => entriesBelow(directory)))
  const files = listed.flat().filter(({ path, type }) => type === 'file' && wanted.has(path))
  return new Map(files.map(({ path, oid }) => [path, oid]))
}

function documentFiles({ tree, snapshot }: CommitTree): readonly string[] {
  const manifests = [...tree.directories.values()].flatMap((directory) => directory.manifests)
  return manifests
    .filter(({ documents, misfits }) => documents.length + misfits.length > 0)
    .map(({ file }) => placedAt(snapshot.root, file))
}
