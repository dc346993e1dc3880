import test from 'ava'
import type { FieldChange } from '../../../src/stages/plan/describe/changes.ts'
import type { ObjectDocument } from '../../../src/stages/plan/describe/plan-document.ts'
import { isOnlyLabels } from '../../../src/stages/review/only-labels.ts'

const patch = (changes: readonly FieldChange[], rest: Partial<ObjectDocument> = {}): ObjectDocument => ({
  action: 'patch',
  group: '',
  kind: 'Service',
  name: 'x',
  changes,
  ...rest,
})

const label = (name: string, at = ''): FieldChange => ({
  path: `${at}metadata.labels["${name}"]`,
  before: '1',
  after: '2',
})

test('labels that charts set at each release are all of a change', (t) => {
  const churn = [label('helm.sh/chart'), label('app.kubernetes.io/version', 'spec.template.')]
  t.true(isOnlyLabels(patch(churn)))
  t.true(isOnlyLabels(patch([label('helm.sh/chart', 'spec.jobTemplate.spec.template.')])))
  t.true(isOnlyLabels(patch([{ path: 'metadata.labels', after: { 'helm.sh/chart': 'x' } }])))
})

test('anything else is shown', (t) => {
  const churn = label('helm.sh/chart')
  for (const each of [
    patch([]),
    patch([churn, label('app.kubernetes.io/name')]),
    patch([churn, { path: 'spec.x', before: 1, after: 2 }]),
    patch([label('helm.sh/chart', 'spec.selector.')]),
    patch([{ path: 'metadata.annotations["helm.sh/chart"]', before: '1', after: '2' }]),
    patch([{ path: 'metadata.labels', after: { 'helm.sh/chart': 'x', tier: 'web' } }]),
    patch([churn], { isReplacement: true }),
    patch([churn], { handedOverFrom: 'acme' }),
    patch([churn], { action: 'create' }),
  ])
    t.false(isOnlyLabels(each), JSON.stringify(each))
})
