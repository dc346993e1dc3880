import test from 'ava'
import { Keyring } from '../../../../src/control/fleet/keyring.ts'
import { Renderers } from '../../../../src/control/fleet/renderers.ts'
import { describeFault } from '../../../../src/model/fault.ts'
import type { Installation } from '../../../../src/model/installation.ts'
import { declareFiles, type RepositoryFiles } from '../../../helpers/declare-files.ts'

const document = (kind: string, name: string, spec: string, metadata = '') =>
  `apiVersion: reeve.dev/v1alpha1\nkind: ${kind}\nmetadata: {name: ${name}${metadata}}\nspec: ${spec}\n`
const installation = (name: string, spec: string, metadata = '') =>
  document('Installation', name, spec, metadata)
const group = (name: string, spec: string) => document('InstallationGroup', name, spec)

const TEMPLATE = {
  'templates/chat/config.yaml': [
    'apiVersion: v1',
    'kind: ConfigMap',
    'metadata:',
    '  name: "${installation.name}"',
    '  labels: {version: "${installation.version:-none}"}',
    'data:',
    '  replicas: "n=${values.replicas}"',
    '  color: "${values.theme.color}"',
    '',
  ].join('\n'),
  'templates/chat/values.yaml': 'replicas: 1\ntheme: {color: grey, font: mono}\n',
}

async function installations(files: RepositoryFiles): Promise<ReadonlyMap<string, Installation>> {
  return (await declareFiles({ ...TEMPLATE, ...files })).installations
}

async function faultsOf(files: RepositoryFiles): Promise<Readonly<Record<string, readonly string[]>>> {
  const found = [...(await installations(files))].map(([name, { faults }]) => [
    name,
    faults.map(describeFault),
  ])
  return Object.fromEntries(found.filter(([, faults]) => faults !== undefined && faults.length > 0))
}

/** The data of the one ConfigMap that the template makes. */
function dataOf(installation: Installation | undefined): unknown {
  const found = installation?.objects.find(({ object }) => object.kind === 'ConfigMap')
  return { ...(found?.object.data as object), version: found?.object.metadata.labels?.version }
}

test('an Installation of three lines is made from the template of its group', async (t) => {
  const all = await installations({
    'groups.yaml': group('prod', '{template: {path: templates/chat}, version: "9.1"}'),
    'fleet/acme.yaml': installation('acme', '{group: prod}'),
    'fleet/globex.yaml': installation('globex', '{group: prod, values: {replicas: 5}}'),
  })
  t.deepEqual([...all.keys()], ['acme', 'globex', 'root'])
  t.deepEqual(dataOf(all.get('acme')), { replicas: 'n=1', color: 'grey', version: '9.1' })
  t.deepEqual(dataOf(all.get('globex')), { replicas: 'n=5', color: 'grey', version: '9.1' })
  t.deepEqual(
    [...all.values()].flatMap(({ faults }) => faults),
    [],
  )
})

test('the template is overridden by the outer group, the group, the installation, and what is enforced', async (t) => {
  const layers = {
    'a.yaml': group(
      'outer',
      '{template: {path: templates/chat}, version: "1", values: {replicas: 2, theme: {color: outer}}}',
    ),
    'b.yaml': group('inner', '{group: outer, version: "2", values: {theme: {color: inner}}}'),
  }
  const only = async (outer: string, inner: string, own: string) => {
    const files = {
      'a.yaml': group('outer', `{template: {path: templates/chat}, ${outer}}`),
      'b.yaml': group('inner', `{group: outer, ${inner}}`),
      'fleet/acme.yaml': installation('acme', `{group: inner, ${own}}`),
    }
    return dataOf((await installations(files)).get('acme'))
  }
  t.deepEqual(await only('values: {replicas: 2}', '', ''), {
    replicas: 'n=2',
    color: 'grey',
    version: 'none',
  })
  t.deepEqual(await only('version: "1"', 'version: "2"', ''), {
    replicas: 'n=1',
    color: 'grey',
    version: '2',
  })
  t.deepEqual(await only('version: "1"', 'version: "2"', 'version: "3"'), {
    replicas: 'n=1',
    color: 'grey',
    version: '3',
  })
  t.deepEqual(
    await only(
      'enforced: {version: "7", values: {theme: {color: red}}}',
      'enforced: {version: "6", values: {theme: {color: blue}, replicas: 9}}',
      'version: "3", values: {replicas: 4}',
    ),
    { replicas: 'n=9', color: 'red', version: '7' },
  )
  t.deepEqual(
    dataOf(
      (await installations({ ...layers, 'c.yaml': installation('acme', '{group: inner}') })).get('acme'),
    ),
    {
      replicas: 'n=2',
      color: 'inner',
      version: '2',
    },
  )
})

test('what an installation says and a group enforces otherwise is told', async (t) => {
  const all = await installations({
    'a.yaml': group(
      'prod',
      '{template: {path: templates/chat}, enforced: {version: "2", values: {replicas: 3}}}',
    ),
    'fleet/acme.yaml': installation(
      'acme',
      '\n  group: prod\n  version: "1"\n  values:\n    replicas: 4\n    theme: {color: red}',
    ),
    'fleet/same.yaml': installation('same', '{group: prod, version: "2", values: {replicas: 3}}'),
  })
  t.deepEqual(all.get('acme')?.overridden, [
    { path: 'version', location: { file: 'fleet/acme.yaml', line: 6 }, by: 'prod' },
    { path: 'values.replicas', location: { file: 'fleet/acme.yaml', line: 8 }, by: 'prod' },
  ])
  t.is(all.get('same')?.overridden, undefined)
})

test('members are named by the group, selected by labels, or name their group', async (t) => {
  const all = await installations({
    'groups.yaml': [
      group('named', '{template: {path: templates/chat}, version: "1", members: [acme, eu/dir]}'),
      group(
        'selected',
        '{template: {path: templates/chat}, version: "2", selector: {matchLabels: {ring: canary}}}',
      ),
      group(
        'inside',
        '{group: selected, version: "3", selector: {matchLabels: {ring: canary, size: small}}}',
      ),
    ].join('---\n'),
    'fleet/a.yaml': installation('acme', '{}'),
    'fleet/b.yaml': installation('beta', '{}', ', labels: {ring: canary}'),
    'fleet/c.yaml': installation('gamma', '{}', ', labels: {ring: canary, size: small}'),
    'fleet/d.yaml': installation('delta', '{group: named}', ', labels: {ring: canary}'),
    'fleet/e.yaml': installation(
      'none',
      '{group: "", template: {path: templates/chat}}',
      ', labels: {ring: canary}',
    ),
    'eu/dir/x.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: plain}\n',
  })
  t.deepEqual(
    [...all].map(([name, { groups, version }]) => [name, groups?.[0], version]),
    [
      ['acme', 'named', '1'],
      ['beta', 'selected', '2'],
      ['delta', 'named', '1'],
      ['eu/dir', 'named', '1'],
      ['gamma', 'inside', '3'],
      ['none', undefined, undefined],
      ['root', undefined, undefined],
    ],
  )
})

test('groups that are not there, in a cycle, twice or in doubt are faults of their members', async (t) => {
  const base = { 'fleet/acme.yaml': installation('acme', '{group: prod}') }
  t.deepEqual(await faultsOf({ ...base, 'g.yaml': group('other', '{template: {path: templates/chat}}') }), {
    acme: ['fleet/acme.yaml:4: no such InstallationGroup: "prod"'],
  })
  const cycle = ['g.yaml:4: groups that contain each other: prod → b → prod']
  const found = await faultsOf({
    ...base,
    'g.yaml': `${group('b', '{group: prod}')}---\n${group('prod', '{group: b, template: {path: templates/chat}}')}`,
  })
  t.deepEqual(Object.keys(found), ['acme', 'root'])
  t.deepEqual(found.acme, cycle)
  t.deepEqual(
    await faultsOf({
      ...base,
      'g.yaml': `${group('prod', '{template: {path: templates/chat}}')}---\n${group('prod', '{}')}`,
    }),
    {
      acme: ['g.yaml:8: two groups with the same name: prod is already declared at g.yaml:1'],
      root: ['g.yaml:8: two groups with the same name: prod is already declared at g.yaml:1'],
    },
  )
  t.deepEqual(
    await faultsOf({
      'g.yaml': `${group('a', '{members: [acme]}')}---\n${group('b', '{members: [acme]}')}`,
      'fleet/acme.yaml': installation('acme', '{template: {path: templates/chat}}'),
    }),
    {
      acme: ['fleet/acme.yaml:1: a member of several groups, none of which contains the others: acme: a, b'],
    },
  )
})

test('a directory of manifests with a template has both', async (t) => {
  const all = await installations({
    'eu/acme/installation.yaml': installation('acme', '{template: {path: templates/chat}, namespace: chat}'),
    'eu/acme/extra.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: "${literally}"}\n',
    'eu/beta/extra.yaml':
      'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: extra, annotations: {a: "${HOME}"}}\n',
  })
  t.deepEqual([...all.keys()], ['eu/acme', 'eu/beta'])
  const beta = all.get('eu/beta')?.objects[0]?.object.metadata.annotations
  t.deepEqual({ ...beta }, { a: '${HOME}' })
})

test('two installations with the same name are one, with a fault', async (t) => {
  const found = await faultsOf({
    'a/acme.yaml': installation('acme', '{template: {path: templates/chat}}'),
    'b/acme.yaml': installation('acme', '{template: {path: templates/chat}}'),
  })
  t.deepEqual(found, {
    acme: ['b/acme.yaml:1: two installations with the same name: acme is already declared at a/acme.yaml:1'],
  })
})

const HOME = (home: string) => `, namespace: ${home}`
const NAMED = {
  'templates/chat/config.yaml':
    'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: "${installation.name}", annotations: {path: "${installation.path}"}}\n',
}

test('documents of one name in several namespaces are installations, told apart by these', async (t) => {
  const all = await installations({
    ...NAMED,
    'fleet/a.yaml': installation('redis', '{template: {path: templates/chat}, namespace: a}', HOME('a')),
    'fleet/b.yaml': installation('redis', '{template: {path: templates/chat}, namespace: b}', HOME('b')),
    'fleet/c.yaml': installation('redis', '{template: {path: templates/chat}, namespace: c}'),
    'fleet/d.yaml': installation('only', '{template: {path: templates/chat}}', HOME('d')),
  })
  t.deepEqual(
    [...all].map(([name, { id, namespace, faults, objects }]) => [
      name,
      id,
      namespace,
      faults,
      objects.at(-1)?.object.metadata.name,
    ]),
    [
      ['a/redis', 'a_redis', 'a', [], 'redis'],
      ['b/redis', 'b_redis', 'b', [], 'redis'],
      ['only', 'only', undefined, [], 'only'],
      ['redis', 'redis', 'c', [], 'redis'],
    ],
  )
  const { objects = [] } = all.get('a/redis') ?? {}
  t.deepEqual({ ...objects.at(-1)?.object.metadata.annotations }, { path: 'a/redis' })
})

test('documents of one name in one namespace are one installation, with a fault, as is one that a directory is called like', async (t) => {
  const spec = '{template: {path: templates/chat}}'
  t.deepEqual(
    await faultsOf({
      'fleet/a.yaml': installation('redis', spec, HOME('a')),
      'fleet/b.yaml': installation('redis', spec, HOME('a')),
    }),
    {
      redis: [
        'fleet/b.yaml:1: two installations with the same name: redis is already declared at fleet/a.yaml:1',
      ],
    },
  )
  t.deepEqual(
    await faultsOf({
      'a/redis/x.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\n',
      'fleet/a.yaml': installation('redis', spec, HOME('a')),
      'fleet/b.yaml': installation('redis', spec, HOME('b')),
    }),
    {
      'a/redis': [
        'fleet/a.yaml:1: two installations with the same name: a/redis is already declared at a/redis/x.yaml:1',
      ],
    },
  )
})

test('one of them with a fault keeps its name, and so does the other one', async (t) => {
  const spec = '{template: {path: templates/chat}}'
  const found = await faultsOf({
    'fleet/a.yaml': installation('redis', '{templat: {path: templates/chat}}', HOME('a')),
    'fleet/b.yaml': installation('redis', spec, HOME('b')),
    'fleet/c.yaml': installation('redis', spec, HOME('../c')),
  })
  t.deepEqual(found, {
    'a/redis': ['fleet/a.yaml:4: a field that the kind does not have: spec.templat; did you mean template?'],
    redis: ['fleet/c.yaml:3: not a name that Kubernetes accepts: metadata.namespace "../c"'],
  })
})

test('a name in members and dependsOn stands for all installations of that name, and one with a namespace for one', async (t) => {
  const spec = '{namespace: a}'
  const files = {
    'g.yaml': `${group('caches', '{template: {path: templates/chat}, members: [redis]}')}---\n${group('kv', '{template: {path: templates/chat}, members: [b/valkey]}')}`,
    'fleet/a.yaml': installation('redis', spec, HOME('a')),
    'fleet/shop.yaml': installation('shop', '{template: {path: templates/chat}, dependsOn: [redis]}'),
    'fleet/blog.yaml': installation('blog', '{template: {path: templates/chat}, dependsOn: [c/valkey]}'),
    'fleet/v.yaml': installation('valkey', '{}', HOME('b')),
    'fleet/w.yaml': installation('valkey', '{template: {path: templates/chat}}', HOME('c')),
  }
  const renderers = new Renderers({ decrypt: new Keyring().decrypt })
  const all = await declareFiles({ ...TEMPLATE, ...files }, { renderers })
  const needs = (name: string, { installations } = all) =>
    installations.get(name)?.dependsOn.map(({ name: other }) => other)
  t.deepEqual(
    [...all.installations].filter(([, { faults }]) => faults.length > 0),
    [],
  )
  t.deepEqual(needs('shop'), ['redis'])
  t.deepEqual(needs('blog'), ['c/valkey'])

  const more = { ...TEMPLATE, ...files, 'fleet/b.yaml': installation('redis', spec, HOME('b')) }
  const next = await declareFiles(more, { previous: all, renderers })
  t.deepEqual(needs('shop', next), ['a/redis', 'b/redis'])
  t.is(next.installations.get('blog'), all.installations.get('blog'))
  t.deepEqual(
    ['a/redis', 'b/redis', 'b/valkey', 'c/valkey'].map((name) => next.installations.get(name)?.groups),
    [['caches'], ['caches'], ['kv'], undefined],
  )
  t.deepEqual(
    [...next.installations].filter(([, { faults }]) => faults.length > 0),
    [],
  )
})

test('an undefined value, a wrong one and a broken reference are told at the line of the template', async (t) => {
  const template = (text: string) => ({
    'templates/chat/config.yaml': `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: x\ndata:\n  a: ${text}\n`,
    'fleet/acme.yaml': installation('acme', '{template: {path: templates/chat}, values: {map: {a: 1}}}'),
  })
  const fault = async (text: string) => (await faultsOf(template(text))).acme
  t.deepEqual(await fault('"${values.nothing}"'), [
    'templates/chat/config.yaml:6: undefined value: values.nothing',
  ])
  t.deepEqual(await fault('"x-${values.map}"'), [
    'templates/chat/config.yaml:6: not a reference to a value: ${values.map} is a mapping, which cannot be part of a string',
  ])
  t.deepEqual(await fault('"${HOME}"'), [
    'templates/chat/config.yaml:6: not a reference to a value: ${HOME} is not a reference such as ${values.replicas} or ${installation.name}: write $${ for a literal ${',
  ])
  t.deepEqual(await fault('"${values.open"'), [
    'templates/chat/config.yaml:6: not a reference to a value: unclosed ${; write $${ for a literal ${',
  ])
  t.is(await fault('"$${HOME} ${values.nothing:-some default} ${installation.name}"'), undefined)
})

test('values that are no map, unknown fields and a template that is not there are told at their lines', async (t) => {
  const found = await faultsOf({
    'fleet/a.yaml': installation('a', '\n  values: [1]\n  grup: prod'),
    'fleet/b.yaml': installation('b', '\n  template: {path: templates/none}'),
    'fleet/c.yaml': installation('c', '\n  template: {}'),
    'fleet/d.yaml': installation('d', '{}'),
    'fleet/z.yaml': installation('z', '{template: {path: templates/chat}}'),
    'fleet/e.yaml': installation('e', '{template: {path: ../outside}}'),
  })
  t.deepEqual(found, {
    a: [
      "fleet/a.yaml:5: invalid document of Reeve's own kinds: spec.values is not a mapping",
      'fleet/a.yaml:6: a field that the kind does not have: spec.grup; did you mean group?',
    ],
    b: ['fleet/b.yaml:5: template not found: templates/none'],
    c: [
      "fleet/c.yaml:5: invalid document of Reeve's own kinds: spec.template: exactly one of path and chart is required",
    ],
    d: [
      'fleet/d.yaml:1: an Installation with nothing to apply: neither it nor any of its groups names a template: d',
    ],
    e: [
      "fleet/e.yaml:4: invalid document of Reeve's own kinds: spec.template.path is not a path from the root of the repository: a directory of manifests, a Helm chart or a Kustomize overlay",
    ],
  })
})

test('the namespace may be of the group, be made of the name, and be created', async (t) => {
  const all = await installations({
    'g.yaml': group(
      'prod',
      '{template: {path: templates/chat}, namespace: "chat-${installation.name}", createNamespace: true}',
    ),
    'fleet/acme.yaml': installation('acme', '{group: prod}'),
    'fleet/own.yaml': installation('own', '{group: prod, namespace: mine, createNamespace: false}'),
    'fleet/bad.yaml': installation('bad', '{group: prod, namespace: "Not Valid"}'),
    'fleet/odd.yaml': installation('odd', '{group: prod, namespace: "${installation.labels}"}'),
  })
  const objects = (name: string) =>
    all.get(name)?.objects.map(({ object: { kind, metadata } }) => `${kind} ${metadata.name}`)
  t.deepEqual(objects('acme'), ['Namespace chat-acme', 'Installation acme', 'ConfigMap acme'])
  t.is(all.get('acme')?.namespace, 'chat-acme')
  t.deepEqual(objects('own'), ['Installation own', 'ConfigMap own'])
  t.deepEqual(
    all.get('bad')?.faults.map(({ code }) => code),
    ['invalid-name'],
  )
  t.deepEqual(
    all.get('odd')?.faults.map(({ code }) => code),
    ['bad-reference', 'invalid-name'],
  )
})

test('a template below the path is no installation, one beside it is found from the root', async (t) => {
  const { installations: all } = await declareFiles(
    {
      'shared/chat/a.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: "${installation.name}"}\n',
      'clusters/eu/acme.yaml': installation('acme', '{template: {path: shared/chat}}'),
      'clusters/eu/t/deep/a.yaml':
        'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: "${installation.name}"}\n',
      'clusters/eu/t/b.yaml': installation('beta', '{template: {path: clusters/eu/t}}'),
    },
    { root: 'clusters/eu' },
  )
  t.deepEqual(
    [...all].map(([name, { faults, objects }]) => [name, faults, objects.length]),
    [
      ['acme', [], 2],
      ['beta', [], 2],
    ],
  )
})

test('only what changed is rendered again', async (t) => {
  const files = {
    ...TEMPLATE,
    'groups/prod.yaml': group('prod', '{template: {path: templates/chat}, values: {replicas: 2}}'),
    'groups/test.yaml': group('test', '{template: {path: templates/chat}}'),
    'fleet/a.yaml': installation('a', '{group: prod}'),
    'fleet/b.yaml': installation('b', '{group: test}'),
    'fleet/c.yaml': installation('c', '{group: prod}'),
    'plain/x.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: plain}\n',
  }
  const renderers = new Renderers({ decrypt: new Keyring().decrypt })
  const first = await declareFiles(files, { renderers })
  const changed = async (change: RepositoryFiles) => {
    const next = await declareFiles({ ...files, ...change }, { previous: first, renderers })
    const news = [...next.installations].filter(([name, each]) => first.installations.get(name) !== each)
    return news.map(([name]) => name)
  }
  t.deepEqual(await changed({}), [])
  t.deepEqual(await changed({ 'fleet/a.yaml': installation('a', '{group: prod, values: {replicas: 9}}') }), [
    'a',
  ])
  const prod = group('prod', '{template: {path: templates/chat}, values: {replicas: 3}}')
  t.deepEqual(await changed({ 'groups/prod.yaml': prod }), ['a', 'c', 'groups'])
  t.deepEqual(await changed({ 'templates/chat/values.yaml': 'replicas: 7\ntheme: {color: red}\n' }), [
    'a',
    'b',
    'c',
  ])
  t.deepEqual(await changed({ 'plain/x.yaml': `${files['plain/x.yaml']}data: {a: b}\n` }), ['plain'])
})

test('a template that nobody uses is said to be one, and no more', async (t) => {
  t.deepEqual(await faultsOf({}), {
    'templates/chat': [
      'templates/chat/values.yaml:1: a template that no installation uses: templates/chat/values.yaml',
    ],
  })
  t.deepEqual(
    await faultsOf({ 'g.yaml': group('broken', '{template: {path: templates/chat}, version: 1}') }),
    {
      root: [
        "g.yaml:4: invalid document of Reeve's own kinds: spec.version is a number; expected text: quote it (unquoted, 10.10 is read as 10.1)",
      ],
    },
  )
})
