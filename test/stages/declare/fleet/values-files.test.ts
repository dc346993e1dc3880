import test from 'ava'
import { Keyring } from '../../../../src/control/fleet/keyring.ts'
import { Renderers } from '../../../../src/control/fleet/renderers.ts'
import { describeFault } from '../../../../src/model/fault.ts'
import { Secret } from '../../../../src/model/secret.ts'
import { MAX_FILE_BYTES } from '../../../../src/model/snapshot.ts'
import { NO_TENANCY } from '../../../../src/model/tenancy.ts'
import { explainValues } from '../../../../src/stages/declare/fleet/explain-values.ts'
import { fixture } from '../../../adapters/sops/fixtures.ts'
import { declareFiles, type RepositoryFiles, snapshotOf } from '../../../helpers/declare-files.ts'
import { sealed } from '../../../helpers/sealed.ts'

const document = (kind: string, name: string, spec: string, metadata = '') =>
  `apiVersion: reeve.dev/v1alpha1\nkind: ${kind}\nmetadata: {name: ${name}${metadata}}\nspec: ${spec}\n`
const installation = (name: string, spec: string, metadata = '') =>
  document('Installation', name, spec, metadata)
const group = (name: string, spec: string) => document('InstallationGroup', name, spec)

const TEMPLATE = {
  'templates/chat/config.yaml': [
    'apiVersion: v1',
    'kind: ConfigMap',
    'metadata: {name: "${installation.name}"}',
    'data: {size: "${values.size:-none}", color: "${values.color:-none}", font: "${values.font:-none}"}',
    '',
  ].join('\n'),
}
const PATH = 'template: {path: templates/chat}'

async function declared(files: RepositoryFiles, root = '') {
  return declareFiles({ ...TEMPLATE, ...files }, { root })
}

/** Installation → the data of its ConfigMap, or its faults. */
async function dataOf(files: RepositoryFiles, root = ''): Promise<Readonly<Record<string, unknown>>> {
  const { installations } = await declared(files, root)
  return Object.fromEntries(
    [...installations].map(([name, { objects, faults }]) => {
      const map = objects.find(({ object }) => object.kind === 'ConfigMap')
      const data = map && Object.values(map.object.data as object).join(' ')
      return [name, faults.length > 0 ? faults.map(describeFault) : (data ?? 'nothing')]
    }),
  )
}

test('values files are layers in order, below the values of the same document', async (t) => {
  const files = {
    'values/a.yaml': 'size: a\ncolor: a\nfont: a\n',
    'values/b.yaml': 'size: b\ncolor: b\n',
    'fleet/acme.yaml': installation(
      'acme',
      `{${PATH}, valuesFiles: [values/a.yaml, values/b.yaml], values: {size: own}}`,
    ),
  }
  t.deepEqual(await dataOf(files), { acme: 'own b a' })
})

test("a member's files win over what groups say, and lose to what these enforce", async (t) => {
  const files = {
    'values/outer.yaml': 'size: outer file\ncolor: outer file\nfont: outer file\n',
    'values/inner.yaml': 'color: inner file\nfont: inner file\n',
    'values/own.yaml': 'size: own file\nfont: own file\n',
    'groups.yaml': `${group(
      'outer',
      `{${PATH}, valuesFiles: [values/outer.yaml], values: {color: outer}, enforced: {values: {size: enforced}}}`,
    )}---\n${group('inner', '{group: outer, valuesFiles: [values/inner.yaml]}')}`,
    'fleet/acme.yaml': installation('acme', '{group: inner, valuesFiles: [values/own.yaml]}'),
  }
  const { installations } = await declared(files)
  const acme = installations.get('acme')
  t.deepEqual(acme?.faults, [])
  t.like(acme?.objects.at(-1)?.object, {
    data: { size: 'enforced', color: 'inner file', font: 'own file' },
  })
  t.deepEqual(
    acme?.overridden?.map(({ path, location }) => [path, location.file]),
    [
      ['values.size', 'values/outer.yaml'],
      ['values.size', 'values/own.yaml'],
    ],
  )
})

test("a group's path may refer to its members", async (t) => {
  const files = {
    'values/eu.yaml': 'size: eu\n',
    'values/us.yaml': 'size: us\n',
    'values/asia.yaml': 'size: not used yet\n',
    'groups.yaml': group(
      'all',
      `{${PATH}, selector: {matchLabels: {app: chat}}, valuesFiles: ["values/\${installation.labels.region}.yaml"]}`,
    ),
    'fleet/all.yaml': [
      installation('acme', '{}', ', labels: {app: chat, region: eu}'),
      installation('globex', '{}', ', labels: {app: chat, region: us}'),
      installation('initech', '{}', ', labels: {app: chat}'),
    ].join('---\n'),
  }
  const { root, initech, ...others } = await dataOf(files)
  t.is(root, 'nothing')
  t.deepEqual(others, { acme: 'eu none none', globex: 'us none none' })
  t.regex(String(initech), /^groups\.yaml:4: .*installation\.labels\.region/)
})

test('explain tells the file and line of each value', async (t) => {
  const { made } = await declared({
    'values/eu.yaml': '# of Europe\nsize: eu\ntheme:\n  color: blue\n',
    'fleet/acme.yaml': installation('acme', `{${PATH}, valuesFiles: [values/eu.yaml], values: {size: own}}`),
  })
  const settings = explainValues(made.get('acme')?.declared.declaration.layers ?? [])
  t.deepEqual(
    settings.map(({ path, said, overridden }) => [path, said, overridden.map(({ location }) => location)]),
    [
      [
        'values.size',
        { value: 'own', kind: 'installation', name: 'acme', location: { file: 'fleet/acme.yaml', line: 4 } },
        [{ file: 'values/eu.yaml', line: 2 }],
      ],
      [
        'values.theme.color',
        { value: 'blue', kind: 'installation', name: 'acme', location: { file: 'values/eu.yaml', line: 4 } },
        [],
      ],
    ],
  )
})

const NAMING = installation('acme', `{${PATH}, valuesFiles: [values/eu.yaml]}`)

for (const [what, values, expected] of [
  ['is missing', undefined, /^fleet\/acme\.yaml:4: .*values\/eu\.yaml/],
  ['is a list', '- a\n', /^values\/eu\.yaml:1: .*no mapping/],
  ['is no YAML', 'a: [\n', /^values\/eu\.yaml:\d: /],
  ['has a key twice', 'size: a\ncolor: b\nsize: c\n', /^values\/eu\.yaml:3: .*size/],
  ['has several documents', 'size: a\n---\nsize: b\n', /^values\/eu\.yaml:3: .*several documents/],
  ['is no UTF-8', Buffer.from([0x61, 0x3a, 0x20, 0xff, 0x0a]), /^values\/eu\.yaml:1: /],
  [
    'is a manifest',
    'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {}\n',
    /^values\/eu\.yaml:1: .*manifest/,
  ],
] as const)
  test(`a values file that ${what} is a fault of the installations that use it`, async (t) => {
    const files = values === undefined ? {} : { 'values/eu.yaml': values }
    const { acme, ...others } = await dataOf({ 'fleet/acme.yaml': NAMING, ...files })
    t.true(Array.isArray(acme))
    t.regex(String(acme), expected)
    if (what === 'is a manifest') t.is(others.values, '')
    else if (what !== 'is no UTF-8') t.deepEqual(others, {})
  })

test('a values file that is too large is a fault', async (t) => {
  const files = {
    ...TEMPLATE,
    'fleet/acme.yaml': NAMING,
    'values/eu.yaml': `a: ${'x'.repeat(MAX_FILE_BYTES)}\n`,
  }
  const { installations } = await declareFiles(files)
  t.regex(
    installations.get('acme')?.faults.map(describeFault).join() ?? '',
    /^values\/eu\.yaml:1: .*larger than/,
  )
})

for (const path of ['../values.yaml', '/etc/passwd', 'values//eu.yaml', 'values/./eu.yaml'])
  test(`the path ${path} is a fault at its line`, async (t) => {
    const files = { 'fleet/acme.yaml': installation('acme', `{${PATH}, valuesFiles: ["${path}"]}`) }
    t.regex(String((await dataOf(files)).acme), /^fleet\/acme\.yaml:4: .*spec\.valuesFiles\[0\]/)
  })

test('references cannot lead a path out of the repository, nor into hidden places of Git', async (t) => {
  const spec = (path: string) => `{${PATH}, version: "..", valuesFiles: ["${path}"]}`
  for (const path of [
    '${installation.version}/values.yaml',
    'a/${installation.version}/b.yaml',
    '.git/${installation.name}',
  ])
    t.regex(
      String((await dataOf({ 'fleet/acme.yaml': installation('acme', spec(path)) })).acme),
      /^fleet\/acme\.yaml:4: /,
      path,
    )
})

test('a link is not followed', async (t) => {
  const files = { ...TEMPLATE, 'fleet/acme.yaml': NAMING, 'values/eu.yaml': '../secret' }
  const snapshot = snapshotOf(files)
  const linked = {
    ...snapshot,
    entries: snapshot.entries.map((entry) =>
      entry.path === 'values/eu.yaml' ? { ...entry, type: 'symlink' as const } : entry,
    ),
  }
  const { declareFleet } = await import('../../../../src/control/fleet/fleet.ts')
  const { decrypt } = new Keyring()
  await using renderers = new Renderers({ decrypt })
  const { installations } = await declareFleet(linked, {
    placement: { namespace: 'default', accounts: NO_TENANCY.accounts },
    renderers,
    decrypt,
  })
  t.regex(
    installations.get('acme')?.faults.map(describeFault).join() ?? '',
    /^fleet\/acme\.yaml:4: .*values\/eu\.yaml.*link/,
  )
})

test('keys of prototypes are refused', async (t) => {
  const { made } = await declared({
    'fleet/acme.yaml': NAMING,
    'values/eu.yaml': '__proto__: {size: 1}\nconstructor: {prototype: {size: 1}}\n',
  })
  const { faults = [] } = made.get('acme')?.declared.declaration ?? {}
  t.deepEqual(
    faults.map(({ code, location }) => [code, location?.line]),
    [
      ['forbidden-key', 1],
      ['forbidden-key', 2],
    ],
  )
  t.is(Object.getOwnPropertyDescriptor(Object.prototype, 'size'), undefined)
})

test('values files are neither manifests nor installations, wherever they are', async (t) => {
  const files = {
    'acme/acme.yaml': installation('acme', `{${PATH}, valuesFiles: [acme/values.yaml, acme/more.json]}`),
    'acme/values.yaml': 'size: a\n',
    'acme/more.json': '{"color": "b"}',
    'acme/map.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: own}\ndata: {a: own}\n',
    'values/only.yaml': 'size: a\n',
    'values/empty.yaml': '# nothing yet\n',
    'fleet/globex.yaml': installation(
      'globex',
      `{${PATH}, valuesFiles: [values/only.yaml, values/empty.yaml, templates/chat/values-large.yaml]}`,
    ),
    'templates/chat/values-large.yaml': 'font: large\n',
  }
  t.deepEqual(await dataOf(files), { acme: 'own', globex: 'a none large' })
})

test('a manifest that a path with references happens to match stays one', async (t) => {
  const files = {
    'web/cm.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: web}\ndata: {a: web}\n',
    'web/broken.yaml': 'apiVersion: v1\nkind: [\n',
    'web/acme.yaml': 'size: a\n',
    'fleet/acme.yaml': installation('acme', `{${PATH}, valuesFiles: ["web/\${installation.name}.yaml"]}`),
  }
  const { acme, web } = await dataOf(files)
  t.is(acme, 'a none none')
  t.regex(String(web), /^web\/broken\.yaml:\d/)
})

test('a file outside of the path is found from the root of the repository', async (t) => {
  const files = {
    'values/eu.yaml': 'size: eu\n',
    'prod/values/eu.yaml': 'color: eu\n',
    'prod/acme.yaml': installation('acme', `{${PATH}, valuesFiles: [values/eu.yaml, prod/values/eu.yaml]}`),
  }
  t.deepEqual(await dataOf(files, 'prod'), { acme: 'eu eu none' })
})

test('only installations that use a changed file change', async (t) => {
  const files = {
    ...TEMPLATE,
    'values/eu.yaml': 'size: eu\n',
    'values/us.yaml': 'size: us\n',
    'fleet/acme.yaml': NAMING,
    'fleet/globex.yaml': installation('globex', `{${PATH}, valuesFiles: [values/us.yaml]}`),
    'fleet/initech.yaml': installation('initech', `{${PATH}}`),
  }
  const before = await declareFiles(files)
  const after = await declareFiles({ ...files, 'values/eu.yaml': 'size: new\n' }, { previous: before })
  const isSame = (name: string) => {
    const [one, other] = [before, after].map(({ made }) => made.get(name)?.declared.declaration)
    return one === other
  }
  t.deepEqual(['acme', 'globex', 'initech'].map(isSame), [false, true, true])
  const [old, now] = [before, after].map(({ installations }) => installations.get('acme')?.source)
  t.not(old, now)
})

test('an encrypted file is decrypted in memory, and its values are secret', async (t) => {
  const key = /^AGE-SECRET-KEY-\S+$/m.exec(fixture('keys/age.txt'))?.[0] ?? ''
  const files = {
    ...TEMPLATE,
    'values/eu.yaml': await sealed({ size: 'hunter2' }, key),
    'fleet/acme.yaml': NAMING,
  }
  const { decrypt } = new Keyring({ ageKey: new Secret(key) })
  const { installations } = await declareFiles(files, { decrypt })
  t.deepEqual([...installations.keys()], ['acme'])
  const acme = installations.get('acme')
  t.deepEqual(acme?.faults, [])
  t.deepEqual([...(acme?.secrets?.reveal() ?? [])], ['hunter2'])
  t.deepEqual(acme?.objects.at(-1)?.sensitive?.places, [['data', 'size']])
  const without = await declareFiles(files)
  t.deepEqual([...without.installations.keys()], ['acme'])
  t.deepEqual(
    without.installations.get('acme')?.faults.map(({ code }) => code),
    ['undecryptable'],
  )
  const again = await declareFiles(files, { previous: without })
  const declarationIn = ({ made }: typeof again) => made.get('acme')?.declared.declaration
  t.is(declarationIn(again), declarationIn(without))
  const opened = await declareFiles(files, { decrypt, previous: without })
  t.deepEqual(opened.installations.get('acme')?.faults, [])
})

test('an invalid document keeps the files that it names from being installations', async (t) => {
  const files = {
    'values/eu.yaml': 'size: eu\n',
    'fleet/acme.yaml': installation('acme', `{${PATH}, valuesFiles: [values/eu.yaml], strange: 1}`),
  }
  t.deepEqual(Object.keys(await dataOf(files)), ['acme'])
})
