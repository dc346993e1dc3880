import test from 'ava'
import { Keyring } from '../../../src/control/fleet/keyring.ts'
import { readingWith } from '../../../src/control/fleet/leave-encrypted.ts'
import type { Installation } from '../../../src/model/installation.ts'
import type { JsonObject } from '../../../src/model/json.ts'
import { Secret } from '../../../src/model/secret.ts'
import { fixture } from '../../adapters/sops/fixtures.ts'
import { declareFiles } from '../../helpers/declare-files.ts'
import { sealed } from '../../helpers/sealed.ts'

const keyIn = (file: string) => /^AGE-SECRET-KEY-\S+$/m.exec(fixture(`keys/${file}`))?.[0] ?? ''
const recipientIn = (file: string) => /age1[0-9a-z]+/.exec(fixture(`keys/${file}`))?.[0] ?? ''
const key = keyIn('age.txt')
const otherKey = keyIn('age-second.txt')
const { decrypt } = new Keyring({ ageKey: new Secret(key) })

const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'db' }, stringData: { pass: 'hunter2' } }
const plain = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: plain}\n'
const installation = (spec: JsonObject, name = 'acme') => ({
  apiVersion: 'reeve.dev/v1alpha1',
  kind: 'Installation',
  metadata: { name },
  spec,
})
const template = {
  'templates/web/map.yaml': [
    'apiVersion: v1',
    'kind: ConfigMap',
    'metadata: {name: web}',
    'data: {url: "db://me:${values.pass}@db", size: "${values.size}", open: "yes"}',
    '',
  ].join('\n'),
  'templates/web/values.yaml': 'size: small\n',
}
const codesOf = ({ faults = [] }: Partial<Installation> = {}) => faults.map(({ code }) => code)

test('an encrypted manifest is what it was before, without sops, at its lines', async (t) => {
  const { installations } = await declareFiles(
    { 'acme/db.yaml': await sealed(secret, key, 'stringData'), 'acme/plain.yaml': plain },
    { decrypt },
  )
  const acme = installations.get('acme')
  t.deepEqual(acme?.faults, [])
  t.deepEqual(JSON.parse(JSON.stringify(acme?.objects[0]?.object)), secret)
  t.deepEqual(acme?.objects[0]?.origin, { file: 'acme/db.yaml', line: 1, document: 0, pointer: '' })
  t.deepEqual([...(acme?.secrets?.reveal() ?? [])], ['hunter2'])
  t.deepEqual(acme?.objects[0]?.sensitive?.places, [['stringData', 'pass']])
  t.deepEqual(acme?.objects[1]?.sensitive?.places, [])
})

test('a file of which all is encrypted is read, and what an object is called is no secret', async (t) => {
  const { installations } = await declareFiles({ 'acme/db.yaml': await sealed(secret, key) }, { decrypt })
  const acme = installations.get('acme')
  t.deepEqual(JSON.parse(JSON.stringify(acme?.objects[0]?.object)), secret)
  t.deepEqual([...(acme?.secrets?.reveal() ?? [])], ['hunter2'])
})

test('where nothing is encrypted nothing is sensitive', async (t) => {
  const { installations } = await declareFiles({ 'acme/plain.yaml': plain })
  const acme = installations.get('acme')
  t.false('secrets' in (acme ?? {}))
  t.false('sensitive' in (acme?.objects[0] ?? {}))
})

test('encrypted values fill a template, and the object of the document keeps them encrypted', async (t) => {
  const spec = { template: { path: 'templates/web' }, values: { pass: 'hunter2', pin: 123456 } }
  const { installations } = await declareFiles(
    { ...template, 'fleet/acme.yaml': await sealed(installation(spec), key, 'values') },
    { decrypt },
  )
  const acme = installations.get('acme')
  t.deepEqual(acme?.faults, [])
  const [document, map] = acme?.objects ?? []
  t.like(map?.object, { data: { url: 'db://me:hunter2@db' } })
  t.deepEqual(map?.sensitive?.places, [['data', 'url']])
  const text = JSON.stringify(document?.object)
  t.regex(text, /"values":\{"pass":"ENC\[/)
  t.false(/hunter2|123456|"sops"/.test(text))
  t.like(document?.object, { spec: { template: { path: 'templates/web' } } })
})

test('of a document of which all is encrypted the object has its name, and values as they are', async (t) => {
  const spec = { template: { path: 'templates/web' }, version: '1.0', values: { pass: 'hunter2' } }
  const { installations } = await declareFiles(
    { ...template, 'fleet/acme.yaml': await sealed(installation(spec), key) },
    { decrypt },
  )
  const acme = installations.get('acme')
  t.is(acme?.version, '1.0')
  const shown = acme?.objects[0]?.object
  t.like(shown, { apiVersion: 'reeve.dev/v1alpha1', kind: 'Installation', metadata: { name: 'acme' } })
  t.deepEqual(Object.keys(shown?.spec ?? {}), ['values'])
})

test('what a group and a template have encrypted is secret of each member', async (t) => {
  const group = {
    apiVersion: 'reeve.dev/v1alpha1',
    kind: 'InstallationGroup',
    metadata: { name: 'all' },
    spec: { template: { path: 'templates/web' }, members: ['a', 'b'], values: { pass: 'swordfish' } },
  }
  const { installations } = await declareFiles(
    {
      ...template,
      'templates/web/values.yaml': await sealed({ size: 'enormous' }, key, 'size'),
      'groups.yaml': await sealed(group, key, 'values'),
      'fleet.yaml': ['a', 'b', 'c'].map((name) => JSON.stringify(installation({}, name))).join('\n---\n'),
    },
    { decrypt },
  )
  for (const name of ['a', 'b']) {
    const secrets = installations.get(name)?.secrets?.reveal()
    t.deepEqual([...(secrets ?? [])].sort(), ['db://me:swordfish@db', 'enormous', 'swordfish'])
  }
  t.is(installations.get('c')?.secrets, undefined)
})

test('a secret is found with its references filled in', async (t) => {
  const spec = { template: { path: 'templates/web' }, values: { pass: 'x-${installation.name}-hunter2' } }
  const { installations } = await declareFiles(
    { ...template, 'fleet/acme.yaml': await sealed(installation(spec), key, 'values') },
    { decrypt },
  )
  const map = installations.get('acme')?.objects[1]
  t.like(map?.object, { data: { url: 'db://me:x-acme-hunter2@db' } })
  t.deepEqual(map?.sensitive?.places, [['data', 'url']])
})

test('a file that no key fits is a fault of its installation alone, which names the recipients', async (t) => {
  const { installations } = await declareFiles(
    {
      'acme/db.yaml': await sealed(secret, otherKey, 'stringData'),
      'acme/plain.yaml': plain,
      'globex/db.yaml': await sealed(secret, key, 'stringData'),
    },
    { decrypt },
  )
  const [found] = installations.get('acme')?.faults ?? []
  t.is(found?.code, 'undecryptable')
  t.deepEqual(found?.location, { file: 'acme/db.yaml', line: 1 })
  t.true(found?.message.includes(recipientIn('age-second.txt')), found?.message)
  t.true(found?.remedy.includes('--age-key-file'))
  t.deepEqual(installations.get('globex')?.faults, [])
})

test('a document, a group or a template that no key fits holds those whose it is, and nobody else', async (t) => {
  const group = {
    apiVersion: 'reeve.dev/v1alpha1',
    kind: 'InstallationGroup',
    metadata: { name: 'closed' },
    spec: { members: ['a'], values: { pass: 'x' } },
  }
  const spec = { template: { path: 'templates/web' }, values: { pass: 'y' } }
  const { installations } = await declareFiles(
    {
      ...template,
      'templates/closed/db.yaml': await sealed(secret, otherKey, 'stringData'),
      'templates/closed/values.yaml': 'size: small\n',
      'groups.yaml': await sealed(group, otherKey, 'values'),
      'fleet/a.yaml': JSON.stringify(installation({ ...spec, group: 'closed' }, 'a')),
      'fleet/b.yaml': await sealed(installation(spec, 'b'), otherKey, 'values'),
      'fleet/c.yaml': JSON.stringify(installation({ template: { path: 'templates/closed' } }, 'c')),
      'fleet/d.yaml': JSON.stringify(installation(spec, 'd')),
    },
    { decrypt },
  )
  for (const name of ['a', 'b', 'c']) t.deepEqual(codesOf(installations.get(name)), ['undecryptable'], name)
  t.deepEqual(installations.get('d')?.faults, [])
})

test('a file that was changed after it was encrypted is not read', async (t) => {
  const text = (await sealed(secret, key, 'stringData')).replace('"db"', '"other"')
  const { installations } = await declareFiles({ 'acme/db.yaml': text }, { decrypt })
  t.regex(installations.get('acme')?.faults[0]?.message ?? '', /MAC mismatch/)
})

test('what could not be decrypted is tried again, and only that is read again', async (t) => {
  const files = {
    ...template,
    'templates/web/values.yaml': await sealed({ size: 'enormous' }, key, 'size'),
    'acme/db.yaml': await sealed(secret, key, 'stringData'),
    'fleet/d.yaml': JSON.stringify(
      installation({ template: { path: 'templates/web' }, values: { pass: 'y' } }, 'd'),
    ),
    'plain/plain.yaml': plain,
  }
  const keys = { ageKey: new Secret(otherKey) }
  const first = await declareFiles(files, { decrypt: new Keyring(keys).decrypt })
  t.deepEqual(codesOf(first.installations.get('acme')), ['undecryptable'])
  t.deepEqual(codesOf(first.installations.get('d')), ['undecryptable'])
  const second = await declareFiles(files, { decrypt, previous: first })
  t.deepEqual(second.installations.get('acme')?.faults, [])
  t.deepEqual(second.installations.get('d')?.faults, [])
  t.is(second.installations.get('plain'), first.installations.get('plain'))
})

test('without a key, who applies nothing leaves values encrypted and says so', async (t) => {
  const { decrypt: leave, hasLeft } = readingWith({})
  t.false(hasLeft())
  const { installations } = await declareFiles(
    {
      ...template,
      'acme/db.yaml': await sealed(secret, key, 'stringData'),
      'closed/db.yaml': await sealed(secret, key),
      'fleet/b.yaml': await sealed(
        installation({ template: { path: 'templates/web' }, values: { pass: 'hunter2' } }, 'b'),
        key,
        'values',
      ),
    },
    { decrypt: leave },
  )
  t.true(hasLeft())
  for (const [name, { faults }] of installations) t.deepEqual(faults, [], name)
  t.regex(JSON.stringify(installations.get('acme')?.objects[0]?.object), /"pass":"ENC\[/)
})
