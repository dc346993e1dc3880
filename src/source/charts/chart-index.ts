import { JSON_SCHEMA, load } from 'js-yaml'
import { sourceFault, wordsOf } from '../source-fault.ts'

/** What an index.yaml says of one version of a chart. */
export interface IndexEntry {
  readonly version: string
  /** Absolute, or relative to the index. */
  readonly urls: readonly string[]
  /** `sha256:…` of the package, where the index has it. */
  readonly digest?: string
}

/** By name of the chart. */
export type ChartIndex = ReadonlyMap<string, readonly IndexEntry[]>

/**
 * Reads an index.yaml (https://helm.sh/docs/topics/chart_repository/), which may be JSON. Entries that
 * make no sense are left out.
 * @throws FaultError template-unavailable where it is none
 */
export function readChartIndex(text: string, url: string): ChartIndex {
  const entries = recordOf(recordOf(parse(text, url))?.entries)
  if (entries === undefined) throw noIndex(url, 'it has no entries')
  return new Map(Object.entries(entries).map(([name, versions]) => [name, readVersions(versions)]))
}

/** Aliases in it are shared, not copied: it can't grow. */
function parse(text: string, url: string): unknown {
  try {
    return text.trimStart().startsWith('{') ? JSON.parse(text) : load(text, { schema: JSON_SCHEMA })
  } catch (error) {
    throw noIndex(url, wordsOf(error).split('\n', 1)[0] ?? '')
  }
}

function noIndex(url: string, why: string) {
  return sourceFault('template-unavailable', `${url} is no index of charts: ${why}`)
}

function readVersions(versions: unknown): readonly IndexEntry[] {
  if (!Array.isArray(versions)) return []
  return versions.flatMap((each): readonly IndexEntry[] => {
    const { version, urls, digest } = recordOf(each) ?? {}
    if (typeof version !== 'string' || !Array.isArray(urls)) return []
    const hex = typeof digest === 'string' ? /^(?:sha256:)?([0-9a-f]{64})$/i.exec(digest)?.[1] : undefined
    return [
      {
        version,
        urls: urls.filter((one) => typeof one === 'string'),
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
