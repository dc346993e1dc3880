import { stripVTControlCharacters } from 'node:util'
import test from 'ava'
import { presentPlan } from '../../../src/cli/present/plan-text.ts'
import type { ObjectPlan } from '../../../src/model/plan.ts'
import * as sample from './sample-plans.ts'

const text = (...objects: readonly ObjectPlan[]) =>
  presentPlan([sample.planOf(...objects)], { colour: false, width: 80 })

/** What is shown of one object, below the heading and above the summary. */
const shown = (plan: ObjectPlan) => text(plan).split('\n').slice(1, -3).join('\n')

const cases: readonly (readonly [string, ObjectPlan, string])[] = [
  [
    'a new object is its YAML without what the title says and what Reeve adds',
    sample.createService,
    `  + Service acme/web
      spec:
        selector:
          app: web
        ports:
          - name: http
            port: 80`,
  ],
  [
    'a change is what the cluster has and what Git declares, field by field, list elements by key',
    sample.patchDeployment,
    `  ~ Deployment.apps acme/web
      - spec.replicas: 2
      + spec.replicas: 3
      - spec.template.spec.containers[name=nginx].image: nginx:1.28
      + spec.template.spec.containers[name=nginx].image: nginx:1.29`,
  ],
  [
    'a changed Secret says which key, not which value',
    sample.patchSecret,
    `  ~ Secret acme/web
      - data.session-key: (secret)
      + data.session-key: (secret)`,
  ],
  [
    'an object that changes its installation is handed over',
    sample.handover,
    '  = ConfigMap acme/shared (handed over from platform)',
  ],
  ['an object that goes is named', sample.remove, '  - ConfigMap acme/old'],
  [
    'a change of what only Reeve writes says so',
    sample.newDigest,
    `  ~ ConfigMap acme/same
      only Reeve's own label and annotation`,
  ],
  [
    'a blocked object says why, where it is declared and what to do',
    sample.blocked,
    `  ! ConfigMap acme/theirs
      acme/theirs.yaml:1: the object exists and is not managed by Reeve
        have Reeve take it over (reeve adopt, or the annotation reeve.dev/adopt:
        "true" in Git), or rename it here`,
  ],
]

for (const [title, plan, expected] of cases) {
  test(title, (t) => {
    t.is(shown(plan), expected)
  })
}

test('a plan names installation and commit and ends with a line that sums up', (t) => {
  const lines = text(sample.createService, sample.patchDeployment, sample.blocked, sample.unchanged).split(
    '\n',
  )
  t.is(lines[0], 'acme at 1a2b3c4d5e6f')
  t.is(lines.at(-2), 'Plan: 1 to create, 1 to change, 0 to delete, 1 blocked, 1 unchanged.')
})

test('installations without differences are only counted', (t) => {
  t.is(
    text(sample.unchanged),
    'No differences.\nPlan: 0 to create, 0 to change, 0 to delete, 0 blocked, 1 unchanged.\n',
  )
})

test('no value of a Secret is shown, however it changes', (t) => {
  const all = text(sample.createSecret, sample.patchSecret, sample.removeSecret)
  for (const value of [
    'hunter2',
    'hunter3',
    ...['hunter2', 'hunter3'].map((each) => Buffer.from(each).toString('base64')),
  ]) {
    t.false(all.includes(value), value)
  }
  t.true(all.includes('session-key: (secret)'))
})

test('a long object is cut, and says how much is left out', (t) => {
  const data = Object.fromEntries(
    Array.from({ length: 100 }, (_, index) => [`key-${index}`, 'x'.repeat(200)]),
  )
  const desired = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'big', namespace: 'acme' }, data }
  const key = { group: '', kind: 'ConfigMap', namespace: 'acme', name: 'big' }
  const lines = text({ action: 'create', key, desired }).split('\n')
  t.true(lines.length < 35)
  t.true(lines.some((line) => /… \d+ more lines/.test(line)))
  t.true(lines.every((line) => line.length <= 80))
})

test('colours change nothing but the colours', (t) => {
  const plans = [sample.planOf(sample.createService, sample.patchDeployment, sample.handover, sample.blocked)]
  const coloured = presentPlan(plans, { colour: true, width: 80 })
  t.true(coloured.includes('\u001b[32m'))
  t.is(stripVTControlCharacters(coloured), presentPlan(plans, { colour: false, width: 80 }))
})

test('names and messages cannot steer the terminal', (t) => {
  const key = { group: '', kind: 'ConfigMap', namespace: '', name: 'a\u001b[2Jb' }
  const fault = { code: 'rejected', message: 'x\u001b]0;title\u0007y', remedy: 'z\u001b[1m' } as const
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  t.notRegex(text({ action: 'blocked', key, fault }), /[\u0000-\u0009\u000b-\u001f\u007f]/)
})
