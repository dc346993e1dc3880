import { JSON_SCHEMA, load, YAMLException } from 'js-yaml'
import { countMarks } from '../../../model/count-marks.ts'
import { quoted } from '../../../model/quoted.ts'
import { sourceFault } from '../source-fault.ts'
import { indexSections } from './index-sections.ts'
import type { PublishedVersion } from './newest-version.ts'

/** One version of a chart in an index.yaml. */
export interface IndexEntry extends PublishedVersion {
  /** Absolute, or relative to the index. */
  readonly urls: readonly string[]
  /** `sha256:…` of the package, if the index has it. */
  readonly digest?: string
}

/** The versions of a chart by its name; undefined if the chart is not in the index. */
export type ChartIndex = (name: string) => readonly IndexEntry[] | undefined

/**
 * Reads an index.yaml (https://helm.sh/docs/topics/chart_repository/), which may be JSON. Malformed entries
 * are left out.
 * @param maxValues maximum number of values that are parsed at once: the entries of one chart, or all of an index
 * that Helm did not write
 * @throws FaultError template-unavailable if it is not an index, chart-index-too-large
 */
export function readChartIndex(bytes: Buffer, url: string, maxValues: number): ChartIndex {
  const sections = indexSections(bytes)
  if (sections === undefined) return readWhole(bytes, url, maxValues)
  let whole: ChartIndex | undefined
  return (name) => {
    const section = sections.get(name)?.toString()
    if (section !== undefined) checkSize(section, `${url}: the entries of ${quoted(name)} have`, maxValues)
    const versions = section === undefined ? undefined : parseSection(section, name)
    if (section === undefined || versions !== undefined) return versions
    whole ??= readWhole(bytes, url, maxValues) // the section may refer to anchors of others
    return whole(name)
  }
}

function readWhole(bytes: Buffer, url: string, maxValues: number): ChartIndex {
  const text = bytes.toString()
  checkSize(text, `${url}, which is not laid out as Helm writes it, has`, maxValues)
  const entries = recordOf(recordOf(parse(text, url))?.entries)
  if (entries === undefined) throw noIndex(url, 'it has no entries')
  const versions = new Map(Object.entries(entries).map(([name, each]) => [name, readVersions(each)]))
  return (name) => versions.get(name)
}

function checkSize(text: string, what: string, maxValues: number): void {
  if (countMarks(text) <= maxValues) return
  throw sourceFault('chart-index-too-large', `${what} more than ${maxValues.toLocaleString('en')} values`)
}

function parseSection(section: string, name: string): readonly IndexEntry[] | undefined {
  try {
    return readVersions(recordOf(load(section, { schema: JSON_SCHEMA }))?.[name])
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error
    return undefined
  }
}

/** Aliases are shared, not copied: the result can't grow. */
function parse(text: string, url: string): unknown {
  try {
    return text.trimStart().startsWith('{') ? JSON.parse(text) : load(text, { schema: JSON_SCHEMA })
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof YAMLException)) throw error // whose messages quote the answer
    throw noIndex(url, 'it is neither YAML nor JSON')
  }
}

function noIndex(url: string, why: string) {
  return sourceFault('template-unavailable', `${url} is not a chart index: ${why}`)
}

function readVersions(versions: unknown): readonly IndexEntry[] {
  if (!Array.isArray(versions)) return []
  return versions.flatMap((each): readonly IndexEntry[] => {
    const { version, urls, digest, removed, deprecated } = recordOf(each) ?? {}
    if (typeof version !== 'string' || !Array.isArray(urls)) return []
    const hex = typeof digest === 'string' ? /^(?:sha256:)?([0-9a-f]{64})$/i.exec(digest)?.[1] : undefined
    return [
      {
        version,
        urls: urls.filter((one) => typeof one === 'string'),
        ...(removed === true && { isRemoved: true }),
        ...(deprecated === true && { isDeprecated: true }),
        ...(hex && { digest: `sha256:${hex.toLowerCase()}` }),
      },
    ]
  })
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : undefined
}
