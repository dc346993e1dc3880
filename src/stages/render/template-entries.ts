import type { FileTree, TreeEntry } from '../../model/snapshot.ts'
import type { Template } from '../../model/template.ts'
import { isChart, isKustomization, referencesOf, resolvePath } from '../declare/template-files.ts'
import { directoryOf } from '../declare/tree-path.ts'

/** Maximum number of directories that one overlay is collected from. */
const MOST_DIRECTORIES = 500

/** The files of a template in the repository. */
export interface TemplateEntries {
  readonly kind: Template['kind']
  /** Sorted by path, without links; none where the template does not exist. */
  readonly entries: readonly TreeEntry[]
}

/** Finds the files below a path and, for an overlay, those that it refers to elsewhere in the repository. */
export async function templateEntries(path: string, tree: FileTree): Promise<TemplateEntries> {
  const below = await filesBelow(path, tree)
  const kind = kindOf(path, below)
  return { kind, entries: kind === 'kustomize' ? await withReferences(path, below, tree) : below }
}

async function filesBelow(path: string, tree: FileTree): Promise<readonly TreeEntry[]> {
  return (await tree.entriesBelow(path)).filter(({ type }) => type === 'file')
}

function kindOf(directory: string, entries: readonly TreeEntry[]): Template['kind'] {
  const top = entries.filter(({ path }) => directoryOf(path) === directory)
  if (top.some(({ path }) => isChart(path))) return 'helm'
  return top.some(({ path }) => isKustomization(path)) ? 'kustomize' : 'manifests'
}

/** Adds directories and files that kustomizations refer to, transitively. */
async function withReferences(
  path: string,
  below: readonly TreeEntry[],
  tree: FileTree,
): Promise<readonly TreeEntry[]> {
  const found = new Map(below.map((entry) => [entry.path, entry]))
  const looked = new Set([path])
  for (const directory of looked) {
    if (looked.size > MOST_DIRECTORIES) break
    for (const reference of await referencesIn(directory, found, tree)) {
      const target = resolvePath(directory, reference)
      if (target === undefined || target === '' || looked.has(target) || found.has(target)) continue
      const entries = await entriesAt(target, tree)
      for (const entry of entries) found.set(entry.path, entry)
      if (entries.some((entry) => entry.path !== target)) looked.add(target)
    }
  }
  return [...found.values()].sort((a, b) => (a.path < b.path ? -1 : 1))
}

async function referencesIn(
  directory: string,
  found: ReadonlyMap<string, TreeEntry>,
  { readBlobs }: FileTree,
): Promise<readonly string[]> {
  const files = [...found.values()].filter(({ path }) => isKustomization(path) && isWithin(path, directory))
  const contents = await readBlobs(files.map(({ oid }) => oid))
  return files.flatMap(({ path, oid }) => {
    const references = referencesOf(new TextDecoder().decode(contents.get(oid)), path)
    const own = directoryOf(path)
    // Make all references relative to the requested directory.
    return own === directory ? references : references.map((reference) => relative(directory, own, reference))
  })
}

function isWithin(path: string, directory: string): boolean {
  return directoryOf(path) === directory || path.startsWith(`${directory}/`)
}

function relative(directory: string, own: string, reference: string): string {
  return `${own.slice(directory.length + 1)}/${reference}`
}

/** The files of a directory, or the single file at that path. */
async function entriesAt(path: string, tree: FileTree): Promise<readonly TreeEntry[]> {
  const below = await filesBelow(path, tree)
  if (below.length > 0) return below
  const beside = await filesBelow(directoryOf(path), tree)
  return beside.filter((entry) => entry.path === path)
}
