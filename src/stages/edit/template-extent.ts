import type { FileTree, TreeEntry } from '../../model/snapshot.ts'
import { localChartsIn } from '../declare/charts/chart-file.ts'
import { isKustomization } from '../declare/template-files.ts'
import { directoryOf, nameOf } from '../declare/tree-path.ts'
import { OverlayFiles } from '../render/overlay-files.ts'

/** What a template of the repository is made of. */
export interface TemplateExtent {
  /** Directories of which all files count: its own, and those of the charts that it depends on. */
  readonly directories: readonly string[]
  /** Files of these directories, and those that an overlay refers to. */
  readonly files: readonly TreeEntry[]
}

/** The extent of a template; no files where it does not exist. Paths are from the root of the repository. */
export async function templateExtent(path: string, tree: FileTree): Promise<TemplateExtent> {
  const directories = [path]
  const files: TreeEntry[] = []
  for (const directory of directories) {
    const below = (await tree.entriesBelow(directory)).filter(({ type }) => type === 'file')
    files.push(...below)
    for (const chart of await localCharts(directory, below, tree))
      if (!directories.includes(chart)) directories.push(chart)
  }
  const isOverlay = files.some((entry) => directoryOf(entry.path) === path && isKustomization(entry.path))
  const referred = isOverlay ? await new OverlayFiles().of(path, tree) : undefined
  return { directories, files: [...files, ...(referred?.entries ?? [])] }
}

/** Files that name the charts that a chart depends on. */
const LISTS: ReadonlySet<string> = new Set(['Chart.yaml', 'requirements.yaml'])

async function localCharts(
  directory: string,
  below: readonly TreeEntry[],
  { readBlobs }: FileTree,
): Promise<readonly string[]> {
  const lists = below.filter(({ path }) => directoryOf(path) === directory && LISTS.has(nameOf(path)))
  const contents = await readBlobs(lists.map(({ oid }) => oid))
  return lists.flatMap(({ path, oid }) => localChartsIn(new TextDecoder().decode(contents.get(oid)), path))
}
