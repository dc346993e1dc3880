import { belowRoot } from '../../../model/snapshot.ts'
import { isRemote } from '../../../model/template.ts'
import type { Manifest } from '../read-manifest.ts'
import { around, isChart } from '../template-files.ts'
import { type Directory, documentsOf, hasKustomization, isChartDirectory, pathOf } from './directory.ts'
import { withKustomizations } from './with-kustomizations.ts'

/**
 * Maximum number of rounds. References of documents in a template do not count; without them, other documents
 * may count again.
 */
const MOST_ROUNDS = 5

/**
 * Removes the directories of templates, which are no installations, and leaves to Kustomize what is its. In a
 * template's own directory, only the documents of Reeve count; below it, or below any Helm chart, nothing counts.
 *
 * @param root the Repository's path in the repository; '' for its top
 */
export function withoutTemplates(directories: readonly Directory[], root: string): readonly Directory[] {
  const marked = directories.map((directory) => (isMarked(directory) ? onlyMark(directory) : directory))
  const outside = withoutBelow(marked, new Set(marked.filter(isMarked).map(pathOf)))
  let templates: ReadonlySet<string> = new Set()
  let left = outside
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const found = withDependencies(referencesIn(left, root), directories)
    if (round > 0 && isSame(found, templates)) break
    templates = found
    left = withoutBelow(outside, templates).flatMap((directory) =>
      templates.has(pathOf(directory)) ? documentsOf(directory) : [directory],
    )
  }
  return withKustomizations(left, { all: directories, templates, root })
}

/** Whether a directory is a chart or holds the defaults of a template: it is a template even when unused. */
function isMarked({ manifests, isPlain }: Directory): boolean {
  if (isPlain) return false
  return isChartDirectory({ manifests }) || (manifests.some(isMark) && !hasKustomization({ manifests }))
}

function isMark({ file, isValues }: Manifest): boolean {
  return isChart(file) || isValues === true
}

/** Reduces the faults of an unused template to that one. */
function onlyMark(directory: Directory): Directory {
  const manifests = directory.manifests.map((manifest) =>
    isMark(manifest) ? manifest : { ...manifest, objects: [], faults: [] },
  )
  const mark = directory.manifests.find(isMark)
  return { ...directory, manifests: manifests.filter((each) => !isMark(each) || each.file === mark?.file) }
}

function withoutBelow(directories: readonly Directory[], paths: ReadonlySet<string>): readonly Directory[] {
  if (paths.size === 0) return directories
  // A template at the top hides nothing: everything is below it.
  const hides = (path: string) => path !== '' && paths.has(path)
  return directories.filter((directory) => ![...around(pathOf(directory))].some(hides))
}

function referencesIn(directories: readonly Directory[], root: string): readonly string[] {
  const manifests = directories.flatMap(({ manifests, isPlain }) => (isPlain ? [] : manifests))
  const references = manifests.flatMap(({ documents, misfits }) => [
    ...documents.flatMap(({ document }) => document.templates.map(({ reference }) => reference)),
    ...misfits.flatMap(({ templates }) => templates.map((path) => ({ path }))),
  ])
  return references.flatMap((reference) =>
    !isRemote(reference) ? (belowRoot(reference.path, root) ?? []) : [],
  )
}

/** Adds the charts that charts depend on. */
function withDependencies(
  templates: readonly string[],
  directories: readonly Directory[],
): ReadonlySet<string> {
  const localCharts = new Map(
    directories.flatMap((directory) => {
      const charts = directory.isPlain
        ? []
        : directory.manifests.flatMap(({ localCharts = [] }) => localCharts)
      return charts.length > 0 ? [[pathOf(directory), charts] as const] : []
    }),
  )
  const found = new Set(templates)
  for (const path of found) for (const chart of localCharts.get(path) ?? []) found.add(chart)
  return found
}

function isSame(one: ReadonlySet<string>, other: ReadonlySet<string>): boolean {
  return one.size === other.size && [...one].every((path) => other.has(path))
}
