import test from 'ava'
import { isJsonObject, type JsonValue } from '../../../../src/model/json.ts'
import type { Check } from '../../../../src/model/rollout-check.ts'
import { readOwnDocument } from '../../../../src/stages/declare/documents/own-document.ts'
import { parseYaml } from '../../../../src/stages/declare/yaml/parse-yaml.ts'

/** What a group reads whose `verify` is one check, in the flow style of YAML. */
function read(check: string) {
  const text = `apiVersion: reeve.dev/v1alpha1\nkind: InstallationGroup\nmetadata: {name: canary}\nspec: {rollout: {verify: [${check}]}}\n`
  const value: JsonValue | undefined = parseYaml(text, 'canary.yaml')[0]?.value
  if (!isJsonObject(value)) throw new Error('no mapping')
  return readOwnDocument('InstallationGroup', value, '')
}

function checkIn(check: string): Check | undefined {
  const found = read(check)
  if (!('document' in found) || found.document.kind !== 'InstallationGroup') return undefined
  return found.document.rollout?.verify[0]
}

function defectsOf(check: string): readonly string[] {
  const found = read(check)
  return 'defects' in found ? found.defects.map(({ details, pointer }) => `${pointer} ${details}`) : []
}

test('a check is looked at once a minute until the longest soak is over, and fails with its first failed look', (t) => {
  t.deepEqual(checkIn('{name: calm, cel: counts.all > 0}'), {
    name: 'calm',
    question: { kind: 'cel', expression: 'counts.all > 0' },
    after: 0,
    every: 60_000,
    failures: 1,
    onNoData: 'wait',
  })
})

test('a check says when it looks, how often, how long and what a missing answer is', (t) => {
  t.deepEqual(
    checkIn(
      '{name: errors, prometheus: {address: "http://prometheus:9090", query: up, min: 0.5, max: 9007199254740993}, after: 5m, every: 10s, for: 1h, failures: 3, onNoData: fail}',
    ),
    {
      name: 'errors',
      question: {
        kind: 'prometheus',
        address: 'http://prometheus:9090',
        query: 'up',
        min: 0.5,
        max: 9_007_199_254_740_992,
      },
      after: 300_000,
      every: 10_000,
      for: 3_600_000,
      failures: 3,
      onNoData: 'fail',
    },
  )
  t.deepEqual(
    checkIn('{name: front, http: {url: "https://chat.example.com/ping", matches: "^OK"}}')?.question,
    {
      kind: 'http',
      url: 'https://chat.example.com/ping',
      status: 200,
      matches: '^OK',
    },
  )
  t.deepEqual(
    checkIn('{name: smoke, job: {namespace: tests, serviceAccountName: tester, spec: {a: 1}}}')?.question,
    {
      kind: 'job',
      namespace: 'tests',
      serviceAccountName: 'tester',
      spec: { a: 1 },
    },
  )
})

const wrong: readonly (readonly [check: string, defect: string])[] = [
  ['{name: a}', 'give one of cel, prometheus, http and job'],
  ['{name: a, cel: "true", http: {url: "http://x"}}', 'give one of cel, prometheus, http and job'],
  ['{name: A, cel: "true"}', 'verify[0].name is not a name of lower-case letters'],
  ['{cel: "true"}', 'verify[0].name is missing'],
  ['{name: a, cel: "true"}, {name: a, cel: "true"}', 'verify[1].name is the name of another check'],
  ['{name: a, cel: object.ready}', 'Unknown variable: object'],
  ['{name: a, cel: size(members)}', 'is of type int, not bool'],
  ['{name: a, cel: "true", every: 9s}', 'verify[0].every is shorter than 10s'],
  ['{name: a, cel: "true", every: often}', 'verify[0].every is not a duration'],
  ['{name: a, cel: "true", for: 366d}', 'verify[0].for is longer than 365d'],
  ['{name: a, cel: "true", after: 99999999999999999999d}', 'verify[0].after is longer than 365d'],
  ['{name: a, cel: "true", failures: 0}', 'verify[0].failures: 0 is less than 1'],
  ['{name: a, cel: "true", failures: 1.5}', 'verify[0].failures is not a whole number'],
  ['{name: a, cel: "true", failures: 99999999999999999999}', 'is greater than 100'],
  ['{name: a, cel: "true", onNoData: hope}', 'onNoData is not wait, pass or fail'],
  ['{name: a, prometheus: {address: "http://x", query: up}}', 'give min, max or both'],
  [
    '{name: a, prometheus: {address: "http://x", query: up, min: 2, max: 1}}',
    'prometheus.min is more than max',
  ],
  ['{name: a, prometheus: {address: "http://x", query: up, min: "2"}}', 'prometheus.min is not a number'],
  ['{name: a, prometheus: {address: "http://x?a=b", query: up, min: 2}}', 'prometheus.address has a query'],
  ['{name: a, prometheus: {address: "ftp://x", query: up, min: 2}}', 'address is not an http'],
  ['{name: a, http: {url: "http://user:password@x"}}', 'http.url has credentials'],
  ['{name: a, http: {url: "http://x#a"}}', 'http.url has a fragment'],
  ['{name: a, http: {url: "http://:80"}}', 'http.url is not a URL'],
  ['{name: a, http: {url: "http://x", status: 99}}', 'http.status: 99 is less than 200'],
  ['{name: a, http: {url: "http://x", matches: "("}}', 'http.matches is not a pattern: error parsing regexp'],
  [
    '{name: a, http: {url: "http://x", matches: "(?:(?:(?:abcdefghi){30}){30}){2}"}}',
    'http.matches is not a pattern: a pattern is too large',
  ],
  ['{name: a, job: {namespace: Tests, spec: {}}}', 'namespace "Tests"'],
  ['{name: a, job: {namespace: tests, serviceAccountName: a/b/c, spec: {}}}', 'serviceAccountName "a/b/c"'],
  ['{name: a, job: {namespace: tests, spec: {}}, every: 10s}', 'a Job runs once'],
  ['{name: a, job: {namespace: tests, spec: {}}, failures: 2}', 'a Job runs once'],
]

for (const [check, defect] of wrong)
  test(`a check is refused: ${check}`, (t) => {
    const defects = defectsOf(check)
    t.true(
      defects.some((found) => found.includes(defect)),
      defects.join('\n'),
    )
  })

test('a defect does not tell the password in a URL', (t) => {
  const defects = defectsOf('{name: a, http: {url: "http://user:hunter2@x"}}')
  t.false(defects.join().includes('hunter2'))
})
