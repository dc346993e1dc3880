import type { Location } from '../../../model/fault.ts'
import {
  isJsonArray,
  isJsonNumber,
  isJsonObject,
  type JsonObject,
  type JsonValue,
} from '../../../model/json.ts'
import { resolvePath } from '../template-files.ts'
import { directoryOf } from '../tree-path.ts'
import { locator } from '../yaml/line-of.ts'
import { parseYaml } from '../yaml/parse-yaml.ts'

/** What Reeve needs to know of a Chart.yaml, requirements.yaml or lock file; Helm reads all of it. */
export interface ChartFile {
  readonly apiVersion: string
  readonly name: string
  readonly version: string
  /** Of a lock file. */
  readonly digest: string
  readonly dependencies: readonly ChartDependency[]
  /** The line of a field. */
  readonly placeOf: (field: string) => Location
}

/** An element of `dependencies`; texts that are missing are empty. */
export interface ChartDependency {
  readonly name: string
  /** A version or a range. */
  readonly version: string
  readonly repository: string
  readonly location: Location
  /** As it is written. */
  readonly source: JsonObject
}

/** Reads what it can: all that is wrong with the file is Helm's to say. */
export function readChartFile(text: string, file: string): ChartFile {
  const [first] = parseYaml(text, file)
  const value = isJsonObject(first?.value) ? first.value : {}
  const locate = locator(text)
  const placeOf = (field: string): Location => ({
    file,
    line: locate(first?.document ?? 0, `/${field}`) ?? 1,
  })
  const listed = isJsonArray(value.dependencies) ? value.dependencies : []
  return {
    apiVersion: textOf(value.apiVersion),
    name: textOf(value.name),
    version: textOf(value.version),
    digest: textOf(value.digest),
    dependencies: listed.flatMap((source, index) =>
      isJsonObject(source) ? [dependencyOf(source, placeOf(`dependencies/${index}`))] : [],
    ),
    placeOf,
  }
}

/** The directories of the charts of the same repository that a Chart.yaml depends on. */
export function localChartsIn(text: string, file: string): readonly string[] {
  if (!text.includes(LOCAL)) return []
  const { dependencies } = readChartFile(text, file)
  const local = dependencies.filter(({ repository }) => isLocalChart(repository))
  return local.flatMap(({ repository }) => localChart(directoryOf(file), repository) ?? [])
}

/** A scalar as Helm reads it where it expects a text. */
export function textOf(value: JsonValue | undefined): string {
  return typeof value === 'string' || typeof value === 'boolean' || isJsonNumber(value) ? String(value) : ''
}

/**
 * The directory that `repository: file://…` of a chart names, from the same root as the chart's own; undefined
 * where it leads out.
 */
export function localChart(directory: string, repository: string): string | undefined {
  return resolvePath(directory, repository.slice(LOCAL.length))
}

const LOCAL = 'file://'

export function isLocalChart(repository: string): boolean {
  return repository.startsWith(LOCAL)
}

function dependencyOf(source: JsonObject, location: Location): ChartDependency {
  const { name, version, repository } = source
  return {
    name: textOf(name).trim(),
    version: textOf(version).trim(),
    repository: textOf(repository).trim(),
    location,
    source,
  }
}
