import test from 'ava'
import type { KubernetesObject } from '../../../../src/model/object.ts'
import { mayBeMutated } from '../../../../src/stages/plan/check/may-be-mutated.ts'

function webhook(apiGroup: string, resource: string): KubernetesObject {
  return {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'MutatingWebhookConfiguration',
    metadata: { name: 'check' },
    webhooks: [{ rules: [{ apiGroups: [apiGroup], apiVersions: ['v1'], resources: [resource] }] }],
  }
}

const TABLE: readonly (readonly [string, string, string, string, boolean])[] = [
  ['', 'pods', '', 'pods', true],
  ['', 'pods', '*', '*', true],
  ['', 'pods', '', '*/*', true],
  ['', 'pods', '', 'pods/*', true],
  ['', 'pods', '', 'pods/status', false],
  ['', 'pods', '', 'services', false],
  ['', 'pods', 'apps', '*', false],
  ['', 'events', 'events.k8s.io', 'events', true],
  ['events.k8s.io', 'events', '', 'events', true],
]

for (const [group, plural, apiGroup, pattern, expected] of TABLE)
  test(`a rule for ${apiGroup}/${pattern} ${expected ? 'may' : 'does not'} match ${group}/${plural}`, (t) => {
    const resource = { group, version: 'v1', kind: 'Some', plural, namespaced: true, verbs: [] }
    t.is(mayBeMutated(resource, [webhook(apiGroup, pattern)]), expected)
  })
