import test from 'ava'
import { load } from 'js-yaml'
import { presentReport } from '../../../src/cli/present/present-report.ts'
import type { ObjectPlan, PatchBase } from '../../../src/model/plan.ts'
import { revisionAt } from '../../../src/model/revision.ts'
import * as sample from './sample-plans.ts'

const report = (format: 'text' | 'json' | 'yaml', explain: boolean, ...objects: readonly ObjectPlan[]) =>
  presentReport(
    { plans: [sample.planOf(...objects)], faults: [] },
    { format, explain, colour: false, width: 80 },
  )

const left = `acme at 1a2b3c4d5e6f
    Deployment.apps acme/web (unchanged)
      = spec.replicas: 7
        Git says 3; the HorizontalPodAutoscaler web scales it
      = spec.template.spec.containers[name=nginx].image: nginx:1.28
        Git says nginx:1.29; an ignore rule covers
        /spec/template/spec/containers/*/image
      = spec.paused: true
        no longer in Git; the field manager operator owns it
      = metadata.annotations["example.com/size"]: not there
        Git says big; the API server turns the declared value into this

No differences.
Plan: 0 to create, 0 to change, 0 to delete, 0 blocked, 2 unchanged.
`

test('of an object that does not change it is told what is left as it is, and why', (t) => {
  t.is(report('text', true, sample.leftAlone, sample.unchanged), left)
})

test('a change is followed by what is left and by the merge base', (t) => {
  t.is(
    report('text', true, sample.explainedPatch).split('\n\n')[0],
    `acme at 1a2b3c4d5e6f
  ~ Deployment.apps acme/web
      - spec.replicas: 2
      + spec.replicas: 3
      - spec.template.spec.containers[name=nginx].image: nginx:1.28
      + spec.template.spec.containers[name=nginx].image: nginx:1.29
      = spec.replicas: 2
        Git says 3; a HorizontalPodAutoscaler set it; Reeve is not allowed to
        list autoscalers
      merge base: what Git declared at 1a2b3c4d5e6f, the last applied revision`,
  )
})

const bases: readonly (readonly [PatchBase, string])[] = [
  [
    { kind: 'same', revision: revisionAt('a'.repeat(40)) },
    'what Git says now, as applied from aaaaaaaaaaaa; the object',
  ],
  [{ kind: 'managed-fields' }, 'the fields that Reeve wrote (managedFields); the last applied'],
  [{ kind: 'adopted', from: ['helm', 'kubectl'] }, 'what helm, kubectl recorded; taken over from there'],
  [{ kind: 'adopted', from: [] }, 'none; taken over without a record of the former owner, so'],
  [{ kind: 'none' }, 'none; the earlier state is unknown, so nothing is removed'],
]

for (const [base, text] of bases) {
  test(`a merge base of the kind ${base.kind} is told: ${text}`, (t) => {
    const plan = { ...sample.patchDeployment, base } as ObjectPlan
    t.true(report('text', true, plan).includes(`      merge base: ${text}`))
    const shown = 'revision' in base ? { kind: base.kind, commit: base.revision.own } : base
    t.like(JSON.parse(report('json', true, plan)), { installations: [{ objects: [{ base: shown }] }] })
  })
}

test('nothing of that is told unasked', (t) => {
  for (const format of ['text', 'json', 'yaml'] as const) {
    t.notRegex(report(format, false, sample.leftAlone, sample.explainedPatch), /left|base|Git says/)
    t.is(
      report(format, false, sample.leftAlone),
      report(format, false, { ...sample.unchanged, key: sample.leftAlone.key }),
    )
  }
})

test('programs get the values and the reason of what is left', (t) => {
  const document = JSON.parse(report('json', true, sample.leftAlone, sample.unchanged))
  t.deepEqual(document.installations[0].objects, [
    {
      action: 'unchanged',
      group: 'apps',
      kind: 'Deployment',
      namespace: 'acme',
      name: 'web',
      file: 'acme/web.yaml',
      line: 20,
      left: [
        { path: 'spec.replicas', live: 7, declared: 3, reason: 'autoscaled', autoscaler: 'web' },
        {
          path: 'spec.template.spec.containers[name=nginx].image',
          live: 'nginx:1.28',
          declared: 'nginx:1.29',
          reason: 'ignored',
          rule: '/spec/template/spec/containers/*/image',
        },
        { path: 'spec.paused', live: true, reason: 'owned', manager: 'operator' },
        { path: 'metadata.annotations["example.com/size"]', declared: 'big', reason: 'settled' },
      ],
    },
  ])
  t.deepEqual(document.summary, { create: 0, change: 0, delete: 0, blocked: 0, unchanged: 2 })
  t.deepEqual(load(report('yaml', true, sample.leftAlone, sample.unchanged)), document)
})

for (const format of ['text', 'json', 'yaml'] as const) {
  test(`no value of a Secret is in what is left, as ${format}`, (t) => {
    const text = report(format, true, sample.leftSecret)
    t.true(text.includes('session-key'))
    t.true(text.includes('(secret)'))
    t.notRegex(text, /aHVudGVy/)
  })
}
