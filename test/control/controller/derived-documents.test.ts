import test from 'ava'
import { kindsOf } from '../../../src/adapters/cluster/kinds.ts'
import { DerivedDocuments } from '../../../src/control/controller/derived-documents.ts'
import { derivedIdOf, memberOf } from '../../../src/control/fleet/member.ts'
import { fault } from '../../../src/model/fault.ts'
import { parseId } from '../../../src/model/object.ts'
import { revisionAt } from '../../../src/model/revision.ts'
import type { Outcome } from '../../../src/model/status.ts'
import type { Log } from '../../../src/support/telemetry/log.ts'
import { CONFIG_MAPS } from '../../helpers/config-maps.ts'
import { onlyInstallation } from '../../helpers/declare-files.ts'
import { configMap } from '../../helpers/manifests.ts'

const INSTALLATIONS = {
  ...CONFIG_MAPS,
  group: 'reeve.dev',
  version: 'v1alpha1',
  kind: 'Installation',
  plural: 'installations',
}

test('what cannot be written is left out, logged once, and tried again when another one can', async (t) => {
  const logged: string[] = []
  const retried: (readonly string[])[] = []
  const log = { warn: (_: object, text: string) => logged.push(text) } as unknown as Log
  using derived = new DerivedDocuments({ log, onRetry: (names) => retried.push(names) })
  const installation = await onlyInstallation({ 'acme/a.yaml': configMap('default', 'a', {}) })
  const placement = { kinds: kindsOf([CONFIG_MAPS, INSTALLATIONS]), namespace: 'default' }
  const member = memberOf(installation, { installation, revision: revisionAt('1') }, placement)
  const id = derivedIdOf(member)
  if (id === undefined) return t.fail()
  const key = parseId(id)
  const other: Outcome = { result: 'unchanged', key: { ...key, group: '', kind: 'ConfigMap', name: 'a' } }
  const refused: Outcome = { result: 'failed', key, fault: fault('forbidden', 'no') }
  t.deepEqual(derived.leaveOut('acme', [other, refused], member), [other])
  t.deepEqual(derived.leaveOut('beta', [refused, other], member), [other])
  t.is(logged.length, 1)
  t.deepEqual(retried, [])
  t.deepEqual(derived.leaveOut('beta', [other, { result: 'created', key }], member), [other])
  t.deepEqual(retried, [['acme']])
})

test('a document in Git is none that is derived, whatever its annotations say', async (t) => {
  const text =
    'apiVersion: reeve.dev/v1alpha1\nkind: Installation\n' +
    'metadata: {name: acme, annotations: {reeve.dev/derived: "true"}}\n'
  const files = { 'acme/a.yaml': configMap('default', 'a', {}), 'acme/reeve.yaml': text }
  const installation = await onlyInstallation(files)
  const placement = { kinds: kindsOf([CONFIG_MAPS, INSTALLATIONS]), namespace: 'default' }
  const member = memberOf(installation, { installation, revision: revisionAt('1') }, placement)
  t.truthy(member.document)
  t.is(derivedIdOf(member), undefined)
})
