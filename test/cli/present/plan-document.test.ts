import test from 'ava'
import { load } from 'js-yaml'
import { exitCodeOf } from '../../../src/cli/commands/plan.ts'
import { presentReport } from '../../../src/cli/present/present-report.ts'
import { fault } from '../../../src/model/fault.ts'
import type { PlanReport } from '../../../src/model/plan.ts'
import * as sample from './sample-plans.ts'

const format = (report: PlanReport, format: 'json' | 'yaml' | 'text') =>
  presentReport(report, { format, colour: false, width: 80 })

const { createSecret, createService, patchDeployment, patchSecret, handover, remove, blocked, unchanged } =
  sample
const broken = fault('yaml-syntax', 'unexpected end', { location: { file: 'eu/globex/chat.yaml', line: 3 } })
const everything: PlanReport = {
  plans: [
    sample.planOf(
      createService,
      createSecret,
      patchDeployment,
      patchSecret,
      handover,
      remove,
      blocked,
      unchanged,
    ),
  ],
  faults: [broken],
}

test('JSON has the documented shape', (t) => {
  const document = JSON.parse(
    format(
      { plans: [sample.planOf(patchDeployment, handover, blocked, unchanged)], faults: [broken] },
      'json',
    ),
  )
  t.deepEqual(document, {
    apiVersion: 'reeve.dev/v1alpha1',
    kind: 'Plan',
    summary: { create: 0, change: 2, delete: 0, blocked: 1, unchanged: 1 },
    installations: [
      {
        name: 'acme',
        commit: '1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d',
        summary: { create: 0, change: 2, delete: 0, blocked: 1, unchanged: 1 },
        objects: [
          {
            action: 'patch',
            group: 'apps',
            kind: 'Deployment',
            namespace: 'acme',
            name: 'web',
            file: 'acme/web.yaml',
            line: 20,
            changes: [
              { path: 'spec.replicas', before: 2, after: 3 },
              {
                path: 'spec.template.spec.containers[name=nginx].image',
                before: 'nginx:1.28',
                after: 'nginx:1.29',
              },
            ],
          },
          {
            action: 'patch',
            group: '',
            kind: 'ConfigMap',
            namespace: 'acme',
            name: 'shared',
            handedOverFrom: 'platform',
            changes: [],
          },
          {
            action: 'blocked',
            group: '',
            kind: 'ConfigMap',
            namespace: 'acme',
            name: 'theirs',
            file: 'acme/theirs.yaml',
            line: 1,
            fault: {
              code: 'not-owned',
              message: 'the object exists and is not managed by Reeve',
              remedy:
                'delete it, or have Reeve take it over: reeve adopt, or the annotation reeve.dev/adopt: "true" in Git',
            },
          },
        ],
      },
    ],
    faults: [
      {
        code: 'yaml-syntax',
        message: 'not valid YAML: unexpected end',
        remedy: 'correct the syntax at this line',
        file: 'eu/globex/chat.yaml',
        line: 3,
      },
    ],
  })
})

test('YAML is the same document as JSON', (t) => {
  t.deepEqual(load(format(everything, 'yaml')), JSON.parse(format(everything, 'json')))
})

for (const kind of ['text', 'json', 'yaml'] as const) {
  test(`no value of a Secret is in the plan as ${kind}`, (t) => {
    const answer = format(everything, kind)
    for (const value of ['hunter2', 'hunter3', 'aHVudGVyMg==', 'aHVudGVyMw=='])
      t.false(answer.includes(value))
  })
}

test('faults of the documents come first in the text, with file, line and remedy', (t) => {
  t.true(
    format(everything, 'text').startsWith(
      'eu/globex/chat.yaml:3: not valid YAML: unexpected end\n    correct the syntax at this line\n\nacme at ',
    ),
  )
})

test('the exit codes are those of kubectl diff', (t) => {
  t.is(exitCodeOf({ plans: [sample.planOf(unchanged)], faults: [] }), 0)
  t.is(exitCodeOf({ plans: [sample.planOf(remove)], faults: [] }), 1)
  t.is(exitCodeOf({ plans: [sample.planOf(blocked)], faults: [] }), 1)
  t.is(exitCodeOf({ plans: [sample.planOf(unchanged)], faults: [broken] }), 2)
})
