import test from 'ava'
import { prometheusSamples } from '../../../src/adapters/probe/prometheus-samples.ts'

const answer = (resultType: string, result: unknown) =>
  JSON.stringify({ status: 'success', data: { resultType, result } })
const vector = (...values: readonly unknown[]) =>
  answer(
    'vector',
    values.map((value) => ({ metric: { job: 'api' }, value: [1_700_000_000.1, value] })),
  )

const read: readonly (readonly [title: string, text: string, values: readonly number[]])[] = [
  ['a vector', vector('0.5', '1'), [0.5, 1]],
  ['a scalar', answer('scalar', [1, '42']), [42]],
  ['exponents', vector('1e+06', '2.5E-3', '-.5'), [1e6, 0.0025, -0.5]],
  ['infinities', vector('+Inf', '-Inf', 'Inf'), [Infinity, -Infinity, Infinity]],
  ['a number beyond all', vector('1e999'), [Infinity]],
  ['what is not a number', vector('NaN'), [Number.NaN]],
]
for (const [title, text, values] of read)
  test(`samples are read from ${title}`, (t) => {
    const found = prometheusSamples(200, text)
    t.deepEqual('samples' in found ? found.samples.map(({ value }) => value) : found, values)
  })

test('samples tell their series', (t) => {
  const metric = { job: 'api', path: 'a"b' }
  const found = prometheusSamples(200, answer('vector', [{ metric, value: [1, '1'] }]))
  t.deepEqual(found, { samples: [{ series: '{job="api",path="a\\"b"}', value: 1 }] })
})

const problems: readonly (readonly [title: string, status: number, text: string, problem: string])[] = [
  ['an empty vector', 200, vector(), 'the query gives no samples'],
  ['a matrix', 200, answer('matrix', []), 'the query gives no vector or scalar: matrix'],
  ['a string', 200, answer('string', [1, 'up']), 'the query gives no vector or scalar: string'],
  [
    'a histogram',
    200,
    answer('vector', [{ metric: {}, histogram: [1, {}] }]),
    'the query gives something other than numbers',
  ],
  ['words for a value', 200, vector('fine'), 'the query gives something other than numbers'],
  ['hexadecimal digits', 200, vector('0x10'), 'the query gives something other than numbers'],
  ['an empty value', 200, vector(''), 'the query gives something other than numbers'],
  ['a number for a text', 200, vector(1), 'the query gives something other than numbers'],
  ['one bad sample of several', 200, vector('1', null), 'the query gives something other than numbers'],
  [
    'an error',
    422,
    '{"status":"error","errorType":"bad_data","error":"parse error"}',
    'HTTP status 422: parse error',
  ],
  ['a page', 200, '<html>', 'HTTP status 200, and no answer of Prometheus'],
  ['a list', 200, '[]', 'HTTP status 200, and no answer of Prometheus'],
  ['something else', 500, '{"message":"hunter2"}', 'HTTP status 500: no answer of Prometheus'],
  ['half an answer', 200, '{"status":"success"}', 'the query gives no vector or scalar: nothing'],
  ['a scalar of another kind', 200, answer('scalar', null), 'the query gives something other than numbers'],
]
for (const [title, status, text, problem] of problems)
  test(`there are no samples in ${title}`, (t) => {
    t.deepEqual(prometheusSamples(status, text), { problem })
  })
