import type { Fault } from '../../model/fault.ts'
import type { FileTree, TreeEntry } from '../../model/snapshot.ts'
import type { Template } from '../../model/template.ts'
import { isChart, isKustomization } from '../declare/template-files.ts'
import { directoryOf } from '../declare/tree-path.ts'
import type { OverlayFiles } from './overlay-files.ts'

/** The files of a template in the repository. */
export interface TemplateEntries {
  readonly kind: Template['kind']
  /** Sorted by path, without links; none where the template does not exist. */
  readonly entries: readonly TreeEntry[]
  /** Why an overlay cannot be built; each location is a path of the tree. */
  readonly faults: readonly Fault[]
}

/** Finds the files below a path or, for an overlay, those that it refers to anywhere in the repository. */
export async function templateEntries(
  path: string,
  tree: FileTree,
  overlays: OverlayFiles,
): Promise<TemplateEntries> {
  const below = (await tree.entriesBelow(path)).filter(({ type }) => type === 'file')
  const kind = kindOf(path, below)
  const overlay = kind === 'kustomize' ? await overlays.of(path, tree) : undefined
  return { kind, entries: overlay?.entries ?? below, faults: overlay?.faults ?? [] }
}

function kindOf(directory: string, entries: readonly TreeEntry[]): Template['kind'] {
  const top = entries.filter(({ path }) => directoryOf(path) === directory)
  if (top.some(({ path }) => isChart(path))) return 'helm'
  return top.some(({ path }) => isKustomization(path)) ? 'kustomize' : 'manifests'
}
