import test from 'ava'
import { Keyring } from '../../src/control/fleet/keyring.ts'
import { describeFault } from '../../src/model/fault.ts'
import type { JsonObject } from '../../src/model/json.ts'
import { Secret } from '../../src/model/secret.ts'
import { declareFiles } from '../helpers/declare-files.ts'
import { sealed } from '../helpers/sealed.ts'
import { AGE_KEY } from './derived-secrets.ts'

const { decrypt } = new Keyring({ ageKey: new Secret(AGE_KEY) })
const MAP = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: web}\n'
const template = { path: 'templates/web' }
const chart = { name: 'web', repository: 'https://charts.example.com', version: '1.0.0' }
const health = [{ group: '', kind: 'Foo', healthy: 'hunter2var == 1' }]

/** By what is encrypted: the document, the keys, and what is said. */
const SETTINGS: Readonly<Record<string, readonly [JsonObject, readonly string[], RegExp]>> = {
  'an installation that it depends on': [
    { template, dependsOn: ['Hunter2Dep'] },
    ['dependsOn'],
    /acme\.yaml:\d+: dependsOn names an unknown installation: \(secret\)$/,
  ],
  'its group, which is almost one': [
    { template, group: 'everyone-else-hunter2' },
    ['group'],
    /acme\.yaml:\d+: no such InstallationGroup: \(secret\)$/,
  ],
  'a repository of charts': [
    { template: { chart: { ...chart, repository: 'https://Hunter2Host.invalid/Hunter2Path' } } },
    ['repository'],
    /acme\.yaml:\d+: [^:]+(: \(secret\))?$/,
  ],
  'a repository of charts in a cluster': [
    { template: { chart: { ...chart, repository: 'https://127.0.0.1:1/Hunter2Path' } } },
    ['repository'],
    /acme\.yaml:\d+: [^:]+(: \(secret\))?$/,
  ],
  'a directory': [
    { template: { path: 'templates/Hunter2Dir' } },
    ['path'],
    /acme\.yaml:\d+: [^:]+(: \(secret\))?$/,
  ],
  'an expression': [{ template, health }, ['healthy'], /acme\.yaml:\d+: invalid CEL expression: \(secret\)$/],
  'a service account': [
    { template, serviceAccountName: 'Hunter2_Account' },
    ['serviceAccountName'],
    /acme\.yaml:\d+: not a name that Kubernetes accepts: spec\.serviceAccountName "\(secret\)"$/,
  ],
}

for (const [what, [spec, keys, said]] of Object.entries(SETTINGS))
  test(`a fault does not tell an encrypted setting: ${what}`, async (t) => {
    const document = {
      apiVersion: 'reeve.dev/v1alpha1',
      kind: 'Installation',
      metadata: { name: 'acme' },
      spec,
    }
    const files = {
      'templates/web/map.yaml': MAP,
      'fleet/acme.yaml': await sealed(document, AGE_KEY, ...keys),
      'groups/hunter2.yaml':
        'apiVersion: reeve.dev/v1alpha1\nkind: InstallationGroup\nmetadata: {name: everyone-else-hunter1}\n',
    }
    const { installations } = await declareFiles(files, { decrypt })
    const told = (installations.get('acme')?.faults ?? []).map(describeFault)
    t.is(told.length, 1)
    t.regex(told[0] ?? '', said)
    t.notRegex(told.join('\n'), /hunter|127\.0/i)
  })

for (const [what, object, ...keys] of [
  ['a name', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'Hunter2_Name' } }, 'metadata'],
  ['a version', { apiVersion: 'Hunter2/v1/x', kind: 'Web', metadata: { name: 'x' } }, 'apiVersion'],
  [
    'a label',
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x', labels: { a: 'Hunter2!' } } },
    'labels',
  ],
] as readonly (readonly [string, JsonObject, string])[])
  test(`a fault of a manifest does not tell what is encrypted: ${what}`, async (t) => {
    const files = { 'acme/object.yaml': await sealed(object, AGE_KEY, ...keys) }
    const { installations } = await declareFiles(files, { decrypt })
    const told = (installations.get('acme')?.faults ?? []).map(describeFault)
    t.is(told.length, 1)
    t.regex(told[0] ?? '', /^acme\/object\.yaml:\d+: .*\(secret\)$/)
    t.notRegex(told[0] ?? '', /hunter/i)
  })
