import anyTest, { type TestFn } from 'ava'
import { Probe } from '../../../../src/adapters/probe/probe.ts'
import { askPrometheus } from '../../../../src/control/rollout/checks/ask-prometheus.ts'
import type { Found } from '../../../../src/control/rollout/checks/found.ts'
import type { PrometheusQuestion } from '../../../../src/model/rollout-check.ts'
import { type Prometheus, startPrometheus } from '../../../helpers/prometheus/prometheus.ts'

const test = anyTest as TestFn<{ readonly prometheus: Prometheus; readonly probe: Probe }>

test.before(async (t) => {
  t.context = { prometheus: await startPrometheus(), probe: new Probe() }
})

test.after.always(async ({ context }) => {
  await context.probe[Symbol.asyncDispose]()
  await context.prometheus[Symbol.asyncDispose]()
})

type Case = readonly [
  query: string,
  bounds: Partial<PrometheusQuestion>,
  result: Found['result'],
  detail: RegExp,
]

const cases: readonly Case[] = [
  ['up', { min: 1 }, 'pass', /^\{__name__="up",instance="127\.0\.0\.1:\d+",job="itself"\} is 1$/],
  ['up', { min: 2 }, 'fail', /^\{__name__="up",.* is 1, less than 2$/],
  ['up == 0', { max: 0 }, 'none', /^the query gives no samples$/],
  ['count(up)', { min: 1, max: 1 }, 'pass', /^the query is 1$/],
  ['scalar(count(up)) / 20', { max: 0.05 }, 'pass', /^the query is 0\.05$/],
  ['vector(0.0501)', { max: 0.05 }, 'fail', /^the query is 0\.0501, more than 0\.05$/],
  ['vector(0) / vector(0)', { max: 1 }, 'none', /^the query is NaN$/],
  ['vector(1) / vector(0)', { max: 1 }, 'fail', /^the query is Infinity, more than 1$/],
  ['1e300 * 1e300', { min: 1 }, 'pass', /^the query is Infinity$/],
  ['up or label_replace(vector(7), "a", "b", "", "")', { max: 5 }, 'fail', /^\{a="b"\} is 7, more than 5$/],
  ['up[1m]', { min: 1 }, 'none', /^the query gives no vector or scalar: matrix$/],
  ['"up"', { min: 1 }, 'none', /^the query gives no vector or scalar: string$/],
  ['up{', { min: 1 }, 'none', /^HTTP status 400: .*parse error/],
  ['sum(', { max: 0 }, 'none', /^HTTP status 400: .*parse error/],
]

for (const [query, bounds, result, detail] of cases)
  test(`Prometheus is asked for ${query} ${JSON.stringify(bounds)}`, async (t) => {
    const { prometheus, probe } = t.context
    const question = { kind: 'prometheus', address: `${prometheus.url}/`, query, ...bounds } as const
    const found = await askPrometheus(question, probe)
    t.is(found.result, result, found.detail)
    t.regex(found.detail, detail)
  })
