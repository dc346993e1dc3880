import { isJsonArray, isJsonObject, type JsonValue, objectIn, parseJson, textIn } from '../../model/json.ts'

/** One sample of an instant query. */
export interface Sample {
  /** Labels of its series, `{job="api"}`; empty for a scalar. */
  readonly series: string
  /** Not a number for one that Prometheus has no number for. */
  readonly value: number
}

/** The samples of an answer of /api/v1/query, or why it has none. */
export type Samples = { readonly samples: readonly Sample[] } | { readonly problem: string }

/** A number as Prometheus writes it (strconv.FormatFloat, strconv.ParseFloat). */
const NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i
const INFINITE = /^([+-]?)inf(?:inity)?$/i

/** Reads the answer to an instant query (https://prometheus.io/docs/prometheus/latest/querying/api). */
export function prometheusSamples(status: number, text: string): Samples {
  const answer = parseJson(text)
  if (!isJsonObject(answer)) return { problem: `HTTP status ${status}, and no answer of Prometheus` }
  if (answer.status !== 'success')
    return { problem: `HTTP status ${status}: ${textIn(answer.error) || 'no answer of Prometheus'}` }
  const { resultType, result } = objectIn(answer.data)
  if (resultType === 'scalar') return samplesOf([{ value: result ?? null }])
  if (resultType === 'vector' && isJsonArray(result)) return samplesOf(result)
  return { problem: `the query gives no vector or scalar: ${textIn(resultType) || 'nothing'}` }
}

function samplesOf(items: readonly JsonValue[]): Samples {
  const samples = items.map((item) => {
    const { metric, value } = objectIn(item)
    return { series: seriesOf(metric), value: numberIn(isJsonArray(value) ? value[1] : undefined) }
  })
  const found = samples.filter((sample): sample is Sample => sample.value !== undefined)
  if (found.length < samples.length) return { problem: 'the query gives something other than numbers' }
  return found.length === 0 ? { problem: 'the query gives no samples' } : { samples: found }
}

function seriesOf(metric: JsonValue | undefined): string {
  const labels = Object.entries(objectIn(metric)).map(
    ([name, value]) => `${name}=${JSON.stringify(textIn(value))}`,
  )
  return labels.length === 0 ? '' : `{${labels.join(',')}}`
}

/** @returns undefined for what is not a number, but NaN for one that is not a number by its name */
function numberIn(value: JsonValue | undefined): number | undefined {
  if (typeof value !== 'string') return undefined
  if (value === 'NaN') return Number.NaN
  const infinite = INFINITE.exec(value)
  if (infinite) return infinite[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
  return NUMBER.test(value) ? Number(value) : undefined
}
