import { isJsonObject } from '../../model/json.ts'
import { directoryOf, nameOf } from './tree-path.ts'
import type { ParsedDocument } from './yaml/parse-yaml.ts'

const KUSTOMIZATIONS: ReadonlySet<string> = new Set([
  'kustomization.yaml',
  'kustomization.yml',
  'Kustomization',
])

/** Whether a file makes its directory a Helm chart. */
export function isChart(file: string): boolean {
  return nameOf(file) === 'Chart.yaml'
}

/** Whether a file makes its directory a Kustomize overlay or base. */
export function isKustomization(file: string): boolean {
  return KUSTOMIZATIONS.has(nameOf(file))
}

/** Whether a file holds the defaults of a template: a `values.yaml` that is no Kubernetes object. */
export function isValues(file: string, documents: readonly ParsedDocument[]): boolean {
  return nameOf(file) === 'values.yaml' && !documents.some(isObject)
}

/** Whether a file holds a Kubernetes object, or may hold one where its syntax is broken. */
export function holdsObject(documents: readonly ParsedDocument[], text: string): boolean {
  const isBroken = documents.some(({ value }) => value === undefined)
  return documents.some(isObject) || (isBroken && text.includes('apiVersion'))
}

function isObject({ value }: ParsedDocument): boolean {
  return isJsonObject(value) && value.apiVersion !== undefined && value.kind !== undefined
}

/**
 * Resolves a path in a file of a directory, relative to the same root as the directory's own path; undefined
 * where it leads out, or is no path.
 */
export function resolvePath(directory: string, reference: string): string | undefined {
  if (reference === '' || reference.startsWith('/') || reference.includes('://')) return undefined
  const words = directory === '' ? [] : directory.split('/')
  for (const word of reference.split('/')) {
    if (word === '..') {
      if (words.pop() === undefined) return undefined
    } else if (word !== '.' && word !== '') words.push(word)
  }
  return words.join('/')
}

/** The directories around a path, from the closest to the top (''), excluding itself. */
export function* around(path: string): Generator<string> {
  for (let directory = path; directory !== ''; ) {
    directory = directoryOf(directory)
    yield directory
  }
}
