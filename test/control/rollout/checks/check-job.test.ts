import test from 'ava'
import { type CheckJob, checkJob } from '../../../../src/control/rollout/checks/check-job.ts'
import type { JsonObject } from '../../../../src/model/json.ts'
import { isDnsLabel } from '../../../../src/stages/declare/names.ts'

const spec: JsonObject = { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'smoke' }] } } }
const one: CheckJob = {
  group: { name: 'canary', commit: 'c1', digest: 'd1' },
  check: 'smoke',
  question: { kind: 'job', namespace: 'tests', spec },
  repository: 'default',
}
const nameOf = (change: Partial<CheckJob>) => checkJob({ ...one, ...change }).metadata.name

test('a Job is that of its check, and belongs to no installation', (t) => {
  const { metadata, ...rest } = checkJob({ ...one, account: 'tests/tester' })
  const { name, ...others } = metadata
  t.regex(name, /^canary-smoke-[0-9a-f]{16}$/)
  t.deepEqual(others, {
    namespace: 'tests',
    labels: { 'app.kubernetes.io/managed-by': 'reeve', 'reeve.dev/check-of': 'default' },
    annotations: {
      'reeve.dev/check': 'canary/smoke',
      'reeve.dev/check-commit': 'c1',
      'reeve.dev/check-account': 'tests/tester',
    },
  })
  t.deepEqual(rest, {
    apiVersion: 'batch/v1',
    kind: 'Job',
    spec: {
      activeDeadlineSeconds: 3_600,
      template: {
        spec: {
          restartPolicy: 'Never',
          containers: [{ terminationMessagePolicy: 'FallbackToLogsOnError', name: 'smoke' }],
        },
      },
    },
  })
})

test('another revision, another spec, another group and another Repository have another Job', (t) => {
  const { question, group } = one
  t.is(nameOf({}), nameOf({ group: { ...group, commit: 'c2' } }), 'the same digest is the same revision')
  const others = [
    { group: { ...group, digest: 'd2' } },
    { question: { ...question, spec: { ...spec, backoffLimit: 0 } } },
    { group: { ...group, name: 'early' } },
    { check: 'load' },
    { repository: 'other' },
  ].map(nameOf)
  t.is(new Set([nameOf({}), ...others]).size, 6)
})

test('the name of a Job is a label, however long and dotted those of the group and the check are', (t) => {
  const long = nameOf({
    group: { ...one.group, name: `${'a'.repeat(43)}.${'b.'.repeat(80)}c` },
    check: 'x'.repeat(63),
  })
  t.true(isDnsLabel(long), long)
  t.true(isDnsLabel(nameOf({ group: { ...one.group, name: 'eu.canary' } })))
})

test('what the spec says counts', (t) => {
  const said = {
    activeDeadlineSeconds: 60,
    template: {
      metadata: { labels: { a: 'b' } },
      spec: { containers: [{ name: 'x', terminationMessagePolicy: 'File' }] },
    },
  }
  t.deepEqual(checkJob({ ...one, question: { ...one.question, spec: said } }).spec, said)
})
