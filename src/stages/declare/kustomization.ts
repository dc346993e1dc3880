import { isJsonArray, isJsonObject, type JsonObject, type JsonValue, objectIn } from '../../model/json.ts'
import { type PlacedBase, placedBases, strayLine } from './placed-bases.ts'
import { readRemoteBase } from './remote-base.ts'
import { resolvePath } from './template-files.ts'
import { directoryOf } from './tree-path.ts'
import { locator } from './yaml/line-of.ts'
import { parseYaml } from './yaml/parse-yaml.ts'

/** What Reeve needs to know of a kustomization; Kustomize reads all of it. */
export interface Kustomization {
  /** It can only be part of another one. */
  readonly isComponent: boolean
  /** Paths of the other directories and of the files that it refers to, from the root that its own counts from. */
  readonly targets: readonly string[]
  /** It configures plugins, which may read any file in or below its directory. */
  readonly readsBelow: boolean
  /** Line of a Helm chart that it inflates. */
  readonly chartLine?: number
  /** Those that it refers to, in the order of its text. */
  readonly remotes: readonly PlacedBase[]
  /** Line of a directory outside of the root, or of what may be one. */
  readonly strayLine?: number
}

/** Fields of a kustomization with paths: texts, or lists of them. */
const PATHS = ['resources', 'bases', 'components', 'crds', 'configurations', 'patchesStrategicMerge'] as const
/** Likewise, of plugins' configurations. */
const PLUGINS = ['generators', 'transformers', 'validators'] as const
/** Fields that hold mappings, or lists of them, and the fields of those with paths. */
const PATHS_IN = {
  patches: ['path'],
  patchesJson6902: ['path'],
  replacements: ['path'],
  openapi: ['path'],
  configMapGenerator: ['files', 'envs', 'env'],
  secretGenerator: ['files', 'envs', 'env'],
} as const
const CHARTS = ['helmCharts', 'helmChartInflationGenerator'] as const
const LONGEST_PATH = 1000
const MOST_WORDS = 10_000

/** Reads a kustomization. Where it is no YAML mapping, all of its words are references: any may be one. */
export function readKustomization(text: string, file: string): Kustomization {
  const documents = parseYaml(text, file)
  const [value] = documents.flatMap(({ value = null }) => (value === null ? [] : [value]))
  const isRead = documents.every(({ faults }) => faults.length === 0) && isJsonObject(value)
  if (!isRead) return unreadKustomization(text, file)
  const chart = CHARTS.find((field) => textsIn(value[field]).length > 0 || listOf(value[field]).length > 0)
  const lineOf = lineFinder(text, documents)
  const stray = strayLine(value, directoryOf(file), lineOf)
  return {
    isComponent: value.kind === 'Component',
    targets: resolved(referencesIn(value), file),
    readsBelow: PLUGINS.some((field) => listOf(value[field]).length > 0),
    ...(chart !== undefined && { chartLine: lineOf(`/${chart}`) }),
    remotes: placedBases(text, value, lineOf),
    ...(stray !== undefined && { strayLine: stray }),
  }
}

/** A kustomization that cannot be read. */
export function unreadKustomization(text: string, file: string): Kustomization {
  const words = text.split(/[\s'",[\]{}=]+/, MOST_WORDS)
  const isComponent = /\bkind:\s*Component\b/.test(text)
  return { isComponent, targets: resolved(words, file), readsBelow: true, remotes: [], strayLine: 1 }
}

/** Without those of other repositories. Patches and plugins may also be written in place of their path. */
function resolved(references: readonly string[], file: string): readonly string[] {
  const directory = directoryOf(file)
  const paths = references.filter((text) => text.length <= LONGEST_PATH && !text.includes('\n'))
  const local = paths.filter((path) => readRemoteBase(path) === undefined)
  const targets = new Set(local.flatMap((path) => resolvePath(directory, path) ?? []))
  targets.delete(directory)
  return [...targets]
}

function referencesIn(kustomization: JsonObject): readonly string[] {
  const direct = [...PATHS, ...PLUGINS].flatMap((field) => textsIn(kustomization[field]))
  const within = Object.entries(PATHS_IN).flatMap(([field, keys]) =>
    listOf(kustomization[field]).flatMap((item) => keys.flatMap((key) => textsIn(objectIn(item)[key]))),
  )
  return [...direct, ...within.map(withoutKey)]
}

/** The path of `key=path`, a file of a generator. */
function withoutKey(text: string): string {
  return text.slice(text.indexOf('=') + 1)
}

function textsIn(value: JsonValue | undefined): readonly string[] {
  return listOf(value).filter((item) => typeof item === 'string')
}

function listOf(value: JsonValue | undefined): readonly JsonValue[] {
  if (value === undefined || value === null) return []
  return isJsonArray(value) ? value : [value]
}

function lineFinder(text: string, documents: ReturnType<typeof parseYaml>): (pointer: string) => number {
  const locate = locator(text)
  return (pointer) =>
    documents.map(({ document }) => locate(document, pointer)).find((line) => line !== undefined) ?? 1
}
