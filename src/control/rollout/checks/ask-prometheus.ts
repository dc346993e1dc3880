import type { Probe } from '../../../adapters/probe/probe.ts'
import { prometheusSamples, type Sample } from '../../../adapters/probe/prometheus-samples.ts'
import { cut } from '../../../model/cut.ts'
import type { PrometheusQuestion } from '../../../model/rollout-check.ts'
import { type Found, found } from './found.ts'

/** Maximum length of a series' labels, in characters: they leave room for the number. */
const LONGEST = 80

/** Whether each sample of the query is within its bounds. One that is not a number is neither. @throws NoAnswer */
export async function askPrometheus(question: PrometheusQuestion, probe: Pick<Probe, 'get'>): Promise<Found> {
  const { status, text } = await probe.get(queryUrl(question))
  const read = prometheusSamples(status, text)
  if ('problem' in read) return found('none', read.problem)
  const { samples } = read
  const wrong = samples.flatMap((sample) => misfitOf(sample, question) ?? [])
  const [first] = wrong
  if (first !== undefined) return found('fail', `${first}${more(wrong.length - 1)}`)
  const unknown = samples.find(({ value }) => Number.isNaN(value))
  if (unknown) return found('none', `${nameOf(unknown)} is NaN`)
  const one = samples.length === 1 ? samples[0] : undefined
  return found('pass', one ? `${nameOf(one)} is ${one.value}` : `${samples.length} samples are within bounds`)
}

function queryUrl({ address, query }: PrometheusQuestion): URL {
  const url = new URL(address)
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/api/v1/query`
  url.search = new URLSearchParams({ query }).toString()
  return url
}

function misfitOf(sample: Sample, { min, max }: PrometheusQuestion): string | undefined {
  const { value } = sample
  if (max !== undefined && value > max) return `${nameOf(sample)} is ${value}, more than ${max}`
  return min !== undefined && value < min ? `${nameOf(sample)} is ${value}, less than ${min}` : undefined
}

function nameOf({ series }: Sample): string {
  return series === '' ? 'the query' : cut(series, LONGEST)
}

function more(count: number): string {
  return count === 0 ? '' : `, and ${count} more`
}
