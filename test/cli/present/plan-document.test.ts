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
                'have Reeve take it over (reeve adopt, or the annotation reeve.dev/adopt: "true" in Git), or rename it here',
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
  t.is(exitCodeOf({ plans: [sample.planOf(blocked)], faults: [] }), 3)
  t.is(exitCodeOf({ plans: [sample.planOf(blocked, remove)], faults: [] }), 3)
  t.is(exitCodeOf({ plans: [sample.planOf(unchanged)], faults: [broken] }), 2)
})

const looked: PlanReport = {
  plans: [sample.planOf(remove)],
  faults: [],
  target: { cluster: 'eu-prod', context: 'admin@eu', server: 'https://10.0.0.1:6443' },
  dryRun: { shown: 'none', reason: 'User "viewer" cannot create resource "configmaps"' },
  warnings: [fault('status-unreadable', 'reeve/status/eu-prod: the Git remote could not be reached')],
}

test('a plan says which cluster it is about, and what it could not look at', (t) => {
  const document = JSON.parse(format(looked, 'json'))
  t.deepEqual(document.cluster, looked.target)
  t.deepEqual(document.dryRun, looked.dryRun)
  t.like(document.warnings, [{ code: 'status-unreadable' }])
  const lines = format(looked, 'text').trimEnd().split('\n')
  t.is(lines[0], 'Cluster eu-prod (context admin@eu, https://10.0.0.1:6443)')
  t.true(lines.every((line) => line.length <= 80))
  const notes = lines.slice(lines.findIndex((line) => line.startsWith('Plan:')) + 1).join(' ')
  t.regex(notes, /the status branch cannot be read: reeve\/status\/eu-prod/)
  t.regex(notes, /Planned without a dry run, .*: User "viewer" cannot create resource "configmaps"$/)
  t.is(exitCodeOf(looked), 1, 'that alone is no fault of the documents')
})

test('the line of the cluster is never longer than the terminal is wide', (t) => {
  const target = {
    cluster: 'c'.repeat(60),
    context: `x\u001b[1m${'y'.repeat(60)}`,
    server: 'https://example',
  }
  const [line = ''] = format({ ...looked, target }, 'text').split('\n')
  t.is(line.length, 80)
  t.false(line.includes('\u001b'))
})
