import type { Fault } from '../../model/fault.ts'
import type { FileTree, TreeEntry } from '../../model/snapshot.ts'
import type { Template } from '../../model/template.ts'
import type { IsValuesFile } from '../declare/fleet/values-paths.ts'
import { isChart, isKustomization } from '../declare/template-files.ts'
import { directoryOf } from '../declare/tree-path.ts'
import type { ChartFiles } from './helm/chart-files.ts'
import type { WantedPackage } from './helm/resolve-dependency.ts'
import type { OverlayFiles, WantedBase } from './overlay-files.ts'

/** The files of a template in the repository. */
export interface TemplateEntries {
  readonly kind: Template['kind']
  /** Sorted by path, without links; none where the template does not exist. */
  readonly entries: readonly TreeEntry[]
  /** Dependencies of a chart that are to be fetched. */
  readonly packages: readonly WantedPackage[]
  /** Bases of an overlay that are to be fetched. */
  readonly bases: readonly WantedBase[]
  /** Why a chart or an overlay cannot be rendered; each location is a path of the tree. */
  readonly faults: readonly Fault[]
  /** Paths of files of values that documents name: where they hold no objects, they are no manifests. */
  readonly valuesFiles: readonly string[]
}

/** They read each content once, for all templates. */
export interface Collectors {
  readonly charts: ChartFiles
  readonly overlays: OverlayFiles
}

/** Finds the files below a path and, for a chart or an overlay, those that it refers to anywhere in the repository. */
export async function templateEntries(
  path: string,
  tree: FileTree,
  { charts, overlays }: Collectors,
  isValuesFile: IsValuesFile,
): Promise<TemplateEntries> {
  const below = (await tree.entriesBelow(path)).filter(({ type }) => type === 'file')
  const kind = kindOf(path, below)
  const paths = kind === 'manifests' ? below.map((entry) => entry.path) : []
  const nothing = { packages: [], bases: [], faults: [] }
  const plain = { kind, entries: below, ...nothing, valuesFiles: paths.filter(isValuesFile) }
  if (kind === 'helm') return { ...plain, ...(await charts.of(path, below, tree)) }
  return kind === 'kustomize' ? { ...plain, ...(await overlays.of(path, tree)) } : plain
}

function kindOf(directory: string, entries: readonly TreeEntry[]): Template['kind'] {
  const top = entries.filter(({ path }) => directoryOf(path) === directory)
  if (top.some(({ path }) => isChart(path))) return 'helm'
  return top.some(({ path }) => isKustomization(path)) ? 'kustomize' : 'manifests'
}
