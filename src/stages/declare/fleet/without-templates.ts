import type { TemplateReference } from '../../../model/template.ts'
import type { Manifest } from '../read-manifest.ts'
import { around, isChart, resolvePath } from '../template-files.ts'
import type { Directory } from './directory.ts'

/**
 * Maximum number of rounds. References of documents in a template do not count; without them, other documents
 * may count again.
 */
const MOST_ROUNDS = 5

/**
 * Removes the directories of templates, which are no installations. In a template's own directory, only the
 * documents of Reeve count; below it, or below any Helm chart, nothing counts.
 *
 * @param root the Repository's path in the repository; '' for its top
 */
export function withoutTemplates(directories: readonly Directory[], root: string): readonly Directory[] {
  const marked = directories.map((directory) => (isMarked(directory) ? onlyMark(directory) : directory))
  const outside = withoutBelow(marked, new Set(marked.filter(isMarked).map(({ name }) => name)))
  let templates: ReadonlySet<string> = new Set()
  let left = outside
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const found = withReferences(referencesIn(left, root), outside)
    if (round > 0 && isSame(found, templates)) break
    templates = found
    left = withoutBelow(outside, templates).flatMap((directory) =>
      templates.has(directory.name) ? documentsOf(directory) : [directory],
    )
  }
  return left
}

/** Whether a directory is a chart or holds the defaults of a template: it is a template even when unused. */
function isMarked({ manifests, isPlain }: Directory): boolean {
  return !isPlain && manifests.some(isMark)
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
  return directories.filter(({ name }) => ![...around(name)].some((path) => paths.has(path)))
}

function documentsOf(directory: Directory): readonly Directory[] {
  const manifests = directory.manifests
    .filter(({ documents, misfits }) => documents.length + misfits.length > 0)
    .map((manifest) => ({ ...manifest, objects: [], faults: [] }))
  return manifests.length > 0 ? [{ ...directory, manifests, files: [], faults: [] }] : []
}

function referencesIn(directories: readonly Directory[], root: string): readonly string[] {
  const manifests = directories.flatMap(({ manifests, isPlain }) => (isPlain ? [] : manifests))
  const references = manifests.flatMap(({ documents, misfits }) => [
    ...documents.map(({ document }) => document.template),
    ...misfits.map(({ template: path }) => (path === undefined ? undefined : { path })),
  ])
  return references.flatMap((reference) => (reference ? (pathBelow(reference, root) ?? []) : []))
}

/** The referenced directory below the Repository's path. */
function pathBelow(reference: TemplateReference, root: string): string | undefined {
  if ('chart' in reference || 'git' in reference) return undefined
  const { path } = reference
  if (root === '') return path
  return path.startsWith(`${root}/`) ? path.slice(root.length + 1) : undefined
}

/** Adds the bases that overlays refer to. */
function withReferences(paths: readonly string[], directories: readonly Directory[]): ReadonlySet<string> {
  const found = new Set(paths)
  const kustomized = directories.filter(
    ({ manifests, isPlain }) => !isPlain && manifests.some(({ references }) => references),
  )
  const byName = new Map(kustomized.map((directory) => [directory.name, directory]))
  for (const path of found) {
    const references = byName.get(path)?.manifests.flatMap(({ references = [] }) => references) ?? []
    for (const reference of references) {
      const base = resolvePath(path, reference)
      if (base !== undefined && byName.has(base)) found.add(base)
    }
  }
  return found
}

function isSame(one: ReadonlySet<string>, other: ReadonlySet<string>): boolean {
  return one.size === other.size && [...one].every((path) => other.has(path))
}
