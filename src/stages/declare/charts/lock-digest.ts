import { hash } from 'node:crypto'
import { isJsonArray, isJsonObject, type JsonValue } from '../../../model/json.ts'
import { type ChartDependency, type ChartFile, textOf } from './chart-file.ts'

/**
 * Whether a lock file was made for the dependencies of a chart: its digest is that of Helm 3 and 4
 * (`resolver.HashReq`) or, for a chart of apiVersion v1, of Helm 2 (`resolver.HashV2Req`).
 */
export function isLockFor(
  lock: ChartFile,
  dependencies: readonly ChartDependency[],
  apiVersion: string,
): boolean {
  const wanted = listed(dependencies.map((each) => goDependency(each, printable)))
  const locked = listed(lock.dependencies.map((each) => goDependency(each, (text) => text)))
  if (lock.digest === digestOf(`[${wanted},${locked}]`)) return true
  return apiVersion !== 'v2' && lock.digest === digestOf(`{"dependencies":${wanted}}`)
}

function digestOf(json: string): string {
  return `sha256:${hash('sha256', json)}`
}

/** A slice of Go, which is null without elements. */
function listed(elements: readonly string[]): string {
  return elements.length === 0 ? 'null' : `[${elements.join(',')}]`
}

/** A `chart.Dependency` as Go's encoding/json writes it. */
function goDependency({ source }: ChartDependency, clean: (text: string) => string): string {
  const { name, version, repository, condition, tags, enabled, alias } = source
  const fields: readonly (readonly [string, JsonValue, ...'always'[]])[] = [
    ['name', clean(textOf(name)), 'always'],
    ['version', clean(textOf(version))],
    ['repository', clean(textOf(repository)), 'always'],
    ['condition', clean(textOf(condition))],
    ['tags', isJsonArray(tags) ? tags.map((tag) => clean(textOf(tag))) : ''],
    ['enabled', enabled === true],
    ['import-values', source['import-values'] ?? ''],
    ['alias', textOf(alias)],
  ]
  const written = fields.filter(([, value, always]) => always || !isEmpty(value))
  return `{${written.map(([key, value]) => `"${key}":${goJson(value)}`).join(',')}}`
}

function isEmpty(value: JsonValue): boolean {
  return value === '' || value === false || (isJsonArray(value) && value.length === 0)
}

/** With sorted keys, and what HTML gives a meaning escaped. */
function goJson(value: JsonValue): string {
  return JSON.stringify(value, asInGo).replaceAll(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

function asInGo(_key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value)
  if (!isJsonObject(value)) return value
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** As Helm cleans texts of Chart.yaml (`sanitizeString`). */
function printable(text: string): string {
  return text.replaceAll(/\p{White_Space}/gu, ' ').replaceAll(/\p{C}/gu, '')
}
