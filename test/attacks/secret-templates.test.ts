import test from 'ava'
import { Keyring } from '../../src/control/fleet/keyring.ts'
import type { JsonObject } from '../../src/model/json.ts'
import { Secret } from '../../src/model/secret.ts'
import { declareFiles } from '../helpers/declare-files.ts'
import { sealed } from '../helpers/sealed.ts'
import { AGE_KEY, shownOf, withSecrets } from './derived-secrets.ts'

const SECRET = { user: 'marvin', password: 'tr0ub4dor-and-3', pin: 987654321, id: 'ab' }

/** The only ConfigMap, as people see it. */
async function mapOf(...[secrets, files, values, template]: Parameters<typeof withSecrets>) {
  const installation = await withSecrets(secrets, files, values, template)
  const map = shownOf(installation).objects.find(({ kind }) => kind === 'ConfigMap')
  return { map, codes: installation.faults.map(({ code }) => code) }
}

const MAP = `
apiVersion: v1
kind: ConfigMap
metadata:
  name: web
  labels: {"x-\${values.id}": "1"}
data:
  url: "db://\${values.user}:\${values.password}@db"
  short: "x\${values.id}y"
  pin: "no. \${values.pin}"
  both: "\${values.id}\${values.id}"
  colour: "\${values.colour}"
`

const SHOWN = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'web', labels: { '(secret)': '(secret)' } },
  data: { url: '(secret)', short: '(secret)', pin: '(secret)', both: '(secret)', colour: 'green' },
}

test('manifests with values do not show a short secret within another text, nor in a key', async (t) => {
  const { map, codes } = await mapOf(
    SECRET,
    { 'templates/web/x.yaml': MAP },
    { colour: 'green' },
    'templates/web',
  )
  t.deepEqual(codes, [])
  t.deepEqual(map as unknown, SHOWN)
})

test('an overlay does not show a short secret within another text, nor in a key', async (t) => {
  const files = { 'overlays/web/kustomization.yaml': 'resources: [x.yaml]\n', 'overlays/web/x.yaml': MAP }
  const { map, codes } = await mapOf(SECRET, files, { colour: 'green' }, 'overlays/web')
  t.deepEqual(codes, [])
  t.deepEqual(map as unknown, SHOWN)
})

for (const [template, files] of Object.entries({
  'templates/web': {},
  'overlays/web': { 'overlays/web/kustomization.yaml': 'resources: [x.yaml]\n' },
}))
  test(`an object of ${template} is not named by a secret, however short`, async (t) => {
    const text = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: "web-${values.id}"}\n'
    const { map, codes } = await mapOf(SECRET, { ...files, [`${template}/x.yaml`]: text }, {}, template)
    t.deepEqual(codes, ['secret-name'])
    t.is(map, undefined)
  })

test('a kind or a version is not made of a secret', async (t) => {
  for (const text of [
    'apiVersion: example.com/v1\nkind: "Ab${values.id}"\nmetadata: {name: web}\n',
    'apiVersion: "example.com/v1${values.id}"\nkind: Web\nmetadata: {name: web}\n',
  ]) {
    const installation = await withSecrets(SECRET, { 'templates/web/x.yaml': text }, {}, 'templates/web')
    t.deepEqual(
      installation.faults.map(({ code }) => code),
      ['secret-name'],
    )
  }
})

test('what an encrypted manifest of a template holds is not shown, also with references in it', async (t) => {
  const manifest: JsonObject = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'web' },
    data: { a: 'key-${values.colour}-zz', b: 'k2', c: 'plain ${installation.name}' },
  }
  const files = { 'templates/web/x.yaml': await sealed(manifest, AGE_KEY, 'a', 'b') }
  const { map, codes } = await mapOf(SECRET, files, { colour: 'green' }, 'templates/web')
  t.deepEqual(codes, [])
  t.deepEqual(map?.data as unknown, { a: '(secret)', b: '(secret)', c: 'plain acme' })
})

test('a plain encrypted manifest is shown as it is but for what is encrypted', async (t) => {
  const manifest: JsonObject = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'hunter2-map' },
    data: { pass: 'hunter2', mode: 'fast', list: 'hunter2,hunter3' },
  }
  const { decrypt } = new Keyring({ ageKey: new Secret(AGE_KEY) })
  const files = { 'acme/x.yaml': await sealed(manifest, AGE_KEY, 'pass') }
  const { installations } = await declareFiles(files, { decrypt })
  const acme = installations.get('acme')
  t.deepEqual(acme?.faults, [])
  const [map] = acme ? shownOf(acme).objects : []
  t.deepEqual(map?.data as unknown, { pass: '(secret)', mode: 'fast', list: '(secret)' })
})

test('a value that a schema refuses is not told, and stand-ins that it would refuse are no fault', async (t) => {
  const schema = JSON.stringify({ properties: { user: { pattern: '^mar' }, pin: { maximum: 999 } } })
  const files = { 'templates/web/x.yaml': MAP, 'templates/web/values.schema.json': schema }
  const refused = await withSecrets(SECRET, files, { colour: 'green' }, 'templates/web')
  t.deepEqual(
    refused.faults.map(({ code }) => code),
    ['bad-value'],
  )
  t.notRegex(refused.faults[0]?.message ?? '', /987|654/)
  const { map, codes } = await mapOf({ ...SECRET, pin: 123 }, files, { colour: 'green' }, 'templates/web')
  t.deepEqual(codes, [])
  t.like(map, { data: { colour: 'green' } } as object)
})
