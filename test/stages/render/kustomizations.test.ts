import test from 'ava'
import { Keyring } from '../../../src/control/fleet/keyring.ts'
import { Renderers } from '../../../src/control/fleet/renderers.ts'
import { describeFault } from '../../../src/model/fault.ts'
import type { Installation } from '../../../src/model/installation.ts'
import { declareFiles, type RepositoryFiles } from '../../helpers/declare-files.ts'

const renderers = new Renderers({ decrypt: new Keyring().decrypt })
test.after.always('end the engine', () => renderers[Symbol.asyncDispose]())

const map = (name: string, more = '') => `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}${more}}\n`
const own = (kind: string, name: string, spec = '{}') =>
  `apiVersion: reeve.dev/v1alpha1\nkind: ${kind}\nmetadata: {name: ${name}}\nspec: ${spec}\n`
const component = 'apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nresources: [extra.yaml]\n'

async function declared(files: RepositoryFiles, root = ''): Promise<readonly Installation[]> {
  return [...(await declareFiles(files, { renderers, root })).installations.values()]
}

/** Installation → names of its objects, besides its document. */
async function objectsOf(files: RepositoryFiles, root = ''): Promise<Readonly<Record<string, string>>> {
  const found = (await declared(files, root)).map(({ name, objects }) => {
    const others = objects.filter(({ object }) => object.kind !== 'Installation')
    return [name, others.map(({ object }) => object.metadata.name).join(' ')]
  })
  return Object.fromEntries(found)
}

async function faultsOf(files: RepositoryFiles, root = ''): Promise<readonly string[]> {
  return (await declared(files, root)).flatMap(({ name, faults }) =>
    faults.map((each) => `${name}: ${describeFault(each)}`),
  )
}

async function noticesOf(files: RepositoryFiles): Promise<readonly string[]> {
  return (await declared(files)).flatMap(({ name, notices = [] }) =>
    notices.map((each) => `${name}: ${describeFault(each)}`),
  )
}

const BASE = { 'base/kustomization.yaml': 'resources: [web.yaml]\n', 'base/web.yaml': map('web') }
const EU = { 'eu/acme/kustomization.yaml': 'resources: [../../base]\nnamePrefix: eu-\n' }
const US = { 'us/acme/kustomization.yaml': 'resources: [../../base]\nnamePrefix: us-\n' }

for (const name of ['kustomization.yaml', 'kustomization.yml', 'Kustomization']) {
  test(`a directory with a ${name} is an installation that Kustomize builds`, async (t) => {
    const files = {
      [`acme/${name}`]: 'resources: [cm.yaml]\nnamePrefix: x-\n',
      'acme/cm.yaml': map('a'),
      'other/cm.yaml': map('other'),
    }
    t.deepEqual(await objectsOf(files), { acme: 'x-a', other: 'other' })
    t.deepEqual(await faultsOf(files), [])
    const [acme] = await declared(files)
    t.like(acme, { name: 'acme', objectName: 'acme', location: { file: `acme/${name}`, line: 1 } })
  })
}

test('a base is no installation, however many overlays refer to it', async (t) => {
  t.deepEqual(await objectsOf({ ...BASE, ...EU, ...US }), { 'eu/acme': 'eu-web', 'us/acme': 'us-web' })
})

test('an overlay below its base is an installation, though Kustomize refuses to build it', async (t) => {
  const files = {
    'acme/kustomization.yaml': 'resources: [web.yaml]\n',
    'acme/web.yaml': map('web'),
    'acme/overlays/eu/kustomization.yaml': 'resources: [../..]\nnamePrefix: eu-\n',
  }
  t.deepEqual(await objectsOf(files), { 'acme/overlays/eu': '' })
  t.regex((await faultsOf(files))[0] ?? '', /cycle detected/)
})

test('bases of bases and components are no installations', async (t) => {
  const files = {
    ...BASE,
    'middle/kustomization.yaml': 'resources: [../base]\ncomponents: [../parts/extra]\n',
    'parts/extra/kustomization.yaml': component,
    'parts/extra/extra.yaml': map('extra'),
    'acme/kustomization.yaml': 'resources: [../middle]\n',
  }
  t.deepEqual(await objectsOf(files), { acme: 'extra web' })
})

test('the bases of a template are no installations', async (t) => {
  const files = {
    ...BASE,
    ...EU,
    'fleet/acme.yaml': own('Installation', 'acme', '{template: {path: eu/acme}}'),
  }
  t.deepEqual(await objectsOf(files), { acme: 'eu-web' })
})

test('a component that no kustomization refers to is a fault', async (t) => {
  const files = { 'parts/kustomization.yaml': component, 'parts/extra.yaml': map('extra') }
  t.deepEqual(await objectsOf(files), { parts: '' })
  t.deepEqual(await faultsOf(files), [
    'parts: parts/kustomization.yaml:1: a Kustomize component that no kustomization refers to: parts/kustomization.yaml',
  ])
})

test('what a component leaves out is told beside its fault', async (t) => {
  const files = {
    'parts/kustomization.yaml': component,
    'parts/extra.yaml': map('extra'),
    'parts/b/b.yaml': map('b'),
  }
  t.deepEqual(await objectsOf(files), { parts: '' })
  t.regex((await noticesOf(files))[0] ?? '', /^parts: parts\/b\/b\.yaml:1: manifests left out/)
})

test('every field with paths makes what it names no installation', async (t) => {
  const files = {
    'acme/kustomization.yaml': [
      'resources: [web/web.yaml]',
      'patches: [{path: patch/color.yaml}]',
      'configMapGenerator: [{name: files, files: [a.json=files/a.json]}]',
      'generators: [made/generator.yaml]',
      'transformers: [names/prefix.yaml]',
      'replacements: [{path: swap/swap.yaml}]',
      'configurations: [conf/conf.yaml]',
      '',
    ].join('\n'),
    'acme/web/web.yaml': map('web'),
    'acme/patch/color.yaml': `${map('web')}data: {color: red}\n`,
    'acme/files/a.json': '{"kind": "ConfigMap", "apiVersion": "v1", "metadata": {"name": "no"}}',
    'acme/made/generator.yaml':
      'apiVersion: builtin\nkind: ConfigMapGenerator\nmetadata: {name: made}\nfiles: [more/text.txt]\n',
    'acme/more/text.txt': 'text',
    'acme/names/prefix.yaml':
      'apiVersion: builtin\nkind: PrefixTransformer\nmetadata: {name: p}\nprefix: x-\nfieldSpecs: [{path: metadata/name}]\n',
    'acme/swap/swap.yaml':
      'source: {kind: ConfigMap, name: web, fieldPath: data.color}\ntargets: [{select: {kind: ConfigMap, name: made}, fieldPaths: [data.color], options: {create: true}}]\n',
    'acme/conf/conf.yaml': 'commonLabels: []\n',
  }
  t.deepEqual(await faultsOf(files), [])
  t.deepEqual(Object.keys(await objectsOf(files)), ['acme'])
})

test('a value that happens to be the name of a directory is no reference to it', async (t) => {
  const files = {
    'acme/kustomization.yaml':
      'resources: [web.yaml]\nnamespace: shop\nconfigMapGenerator: [{name: x, literals: [a=shop]}]\n',
    'acme/web.yaml': map('web'),
    'acme/shop/kustomization.yaml': 'resources: [shop.yaml]\n',
    'acme/shop/shop.yaml': map('shop'),
  }
  t.deepEqual(Object.keys(await objectsOf(files)), ['acme', 'acme/shop'])
})

test('manifests beside or below a kustomization that nothing refers to are left out with a notice', async (t) => {
  const files = {
    'acme/kustomization.yaml': 'resources: [web.yaml]\n',
    'acme/web.yaml': map('web'),
    'acme/old.yaml': map('old'),
    'acme/notes.json': '{"not": "an object"}',
    'acme/extra/cm.yaml': map('extra'),
    'acme/extra/more.yaml': map('more'),
  }
  t.deepEqual(await objectsOf(files), { acme: 'web' })
  const title = 'manifests left out: a kustomization is in their directory or above, and none refers to them'
  t.deepEqual(await noticesOf(files), [
    `acme: acme/old.yaml:1: ${title}: acme/old.yaml`,
    `acme: acme/extra/cm.yaml:1: ${title}: acme/extra/cm.yaml and 1 more beside it`,
  ])
})

test('what a base leaves out is told by the first overlay', async (t) => {
  const found = await noticesOf({ ...BASE, ...EU, ...US, 'base/old.yaml': map('old') })
  t.deepEqual(
    found.map((each) => each.replace(/: .*/, '')),
    ['eu/acme'],
  )
})

test('a kustomization at the top is the installation root, and the rest is left out with a notice', async (t) => {
  const files = {
    'kustomization.yaml': 'resources: [acme, ns.yaml]\nnamePrefix: x-\n',
    'ns.yaml': map('ns'),
    'acme/kustomization.yaml': 'resources: [web.yaml]\n',
    'acme/web.yaml': map('web'),
    'other/cm.yaml': map('other'),
    'built/kustomization.yaml': 'configMapGenerator: [{name: a, options: {disableNameSuffixHash: true}}]\n',
  }
  t.deepEqual(await objectsOf(files), { built: 'a', root: 'x-ns x-web' })
  t.deepEqual(
    (await noticesOf(files)).map((each) => each.slice(0, 24)),
    ['root: other/cm.yaml:1: m'],
  )
  const below = Object.fromEntries(Object.entries(files).map(([path, text]) => [`clusters/eu/${path}`, text]))
  t.deepEqual(await objectsOf(below, 'clusters/eu'), { built: 'a', root: 'x-ns x-web' })
})

test('bases may be outside the path of the Repository; places are below it', async (t) => {
  const files = { ...BASE, 'clusters/eu/acme/kustomization.yaml': 'resources: [../../../base]\n' }
  t.deepEqual(await objectsOf(files, 'clusters/eu'), { acme: 'web' })
  const [found = ''] = await faultsOf(
    { ...files, 'clusters/eu/acme/kustomization.yaml': 'resources: [gone.yaml]\n' },
    'clusters/eu',
  )
  t.regex(found, /^acme: acme\/kustomization\.yaml:1: the Kustomize overlay cannot be built: /)
})

test('a document about its directory configures the overlay, be it a base of others or not', async (t) => {
  const files = {
    'acme/kustomization.yaml': 'resources: [web.yaml]\n',
    'acme/installation.yaml': own('Installation', 'acme', '{namespace: shop}'),
    'acme/web.yaml': map('web'),
    'all/kustomization.yaml': 'resources: [../acme]\nnamePrefix: all-\n',
  }
  t.deepEqual(await objectsOf(files), { acme: 'web', all: 'all-web' })
  t.deepEqual(await faultsOf(files), [])
  t.is((await declared(files))[0]?.namespace, 'shop')
})

test('a document that names another template leaves the kustomization of its directory without use', async (t) => {
  const files = {
    ...BASE,
    'acme/kustomization.yaml': 'resources: [web.yaml]\n',
    'acme/installation.yaml': own('Installation', 'acme', '{template: {path: base}}'),
  }
  t.deepEqual(await faultsOf(files), [
    'acme: acme/kustomization.yaml:1: a template that no installation uses: acme/kustomization.yaml',
  ])
})

test('a group gives an overlay its namespace', async (t) => {
  const group = (spec: string) => ({
    'g.yaml': own('InstallationGroup', 'prod', `{members: [eu/acme], ${spec}}`),
  })
  const [acme] = await declared({ ...BASE, ...EU, ...group('namespace: shop, template: {path: base}') })
  t.like(acme, { name: 'eu/acme', namespace: 'shop', groups: ['prod'], faults: [] })
})

test('documents of Reeve count beside and below a kustomization', async (t) => {
  const files = {
    ...BASE,
    ...EU,
    'eu/acme/fleet/globex.yaml': own('Installation', 'globex', '{group: prod}'),
    'eu/acme/group.yaml': own('InstallationGroup', 'prod', '{template: {path: base}}'),
    'eu/acme/own/cm.yaml': map('own'),
    'eu/acme/own/installation.yaml': own('Installation', 'own'),
  }
  t.deepEqual(await objectsOf(files), { 'eu/acme': 'prod eu-web', 'eu/acme/own': 'own', globex: 'web' })
})

test('kustomizations in a cycle are reported by Kustomize, once', async (t) => {
  const cycle = {
    'a/kustomization.yaml': 'resources: [../b]\n',
    'b/kustomization.yaml': 'resources: [../c]\n',
    'c/kustomization.yaml': 'resources: [../b, c.yaml]\n',
    'c/c.yaml': map('c'),
  }
  const found = await faultsOf(cycle)
  t.is(found.length, 1)
  t.regex(found[0] ?? '', /^a: .*cycle/)
  const { 'a/kustomization.yaml': _, ...alone } = cycle
  t.deepEqual(
    (await faultsOf(alone)).map((each) => each.slice(0, 3)),
    ['b: '],
  )
  t.regex((await faultsOf({ 'a/kustomization.yaml': 'resources: [.]\n' }))[0] ?? '', /^a: .*cycle/)
})

test('what an overlay refers to is never applied raw, even where Kustomize refuses it', async (t) => {
  const files = {
    'acme/kustomization.yaml': 'resources: [../shop, ../data/cm.yaml]\n',
    'shop/web.yaml': map('web'),
    'data/cm.yaml': map('cm'),
    'data/other.yaml': map('other'),
  }
  t.deepEqual(await objectsOf(files), { acme: '', data: 'other' })
  const [acme] = await declared(files)
  t.is(acme?.faults.length, 1)
  t.deepEqual(acme?.sources, ['acme/kustomization.yaml', 'data/cm.yaml', 'shop/web.yaml'])
})

test('references that lead out of the repository, or nowhere, are reported by Kustomize', async (t) => {
  for (const reference of ['../../../../etc', '/etc', '..', '__proto__', '{}'])
    t.regex(
      (await faultsOf({ 'acme/kustomization.yaml': `resources: [${reference}]\n` }))[0] ?? '',
      /^acme: acme\/kustomization\.yaml:1: the Kustomize overlay cannot be built: /,
      reference,
    )
})

test('credentials in a URL that Kustomize does not fetch are not shown', async (t) => {
  const text = 'generators: ["https://ann:hunter2@example.com/org/repo"]\n'
  const faults = await faultsOf({ 'acme/kustomization.yaml': text })
  t.is(faults.length, 1)
  t.regex(faults[0] ?? '', / https:\/\/example\.com\/org\/repo is remote/)
})

for (const [what, text] of [
  ['broken', 'resources: [../../base\nnamePrefix: "eu-'],
  ['in conflict', '<<<<<<< HEAD\nresources: [../../base]\n=======\n>>>>>>> other\n'],
  ['in Latin 1', Buffer.from('resources: [../../base] # \xe9\n', 'latin1')],
] as const)
  test(`a base stays one while the kustomization that refers to it is ${what}`, async (t) => {
    const files = { ...BASE, 'eu/acme/kustomization.yaml': text }
    t.deepEqual(await objectsOf(files), { 'eu/acme': '' })
    t.is((await faultsOf(files)).length, 1)
  })

test('any text as a kustomization is at most a fault', async (t) => {
  const deep = `${'['.repeat(50_000)}${']'.repeat(50_000)}`
  for (const text of [
    '',
    '[]',
    'null',
    '5',
    'resources: 5',
    'resources: {a: 1}',
    `resources: ${deep}`,
    '__proto__: {a: 1}',
    'patches: [null, [], {path: {}}]',
    'resources: [null, 1, [a]]',
  ])
    t.deepEqual(
      Object.keys(await objectsOf({ 'acme/kustomization.yaml': text, 'acme/cm.yaml': map('a') })),
      ['acme'],
      text,
    )
})

test('a Helm chart in a kustomization is refused at its line with what to do instead', async (t) => {
  const files = {
    'base/kustomization.yaml':
      'resources: []\nhelmCharts:\n  - {name: redis, repo: https://charts.example.com}\n',
    ...EU,
  }
  const [eu] = await declared(files)
  t.deepEqual(await faultsOf(files), [
    'eu/acme: base/kustomization.yaml:2: a kustomization that inflates a Helm chart, which Kustomize would have to fetch and run Helm for',
  ])
  t.regex(eu?.faults[0]?.remedy ?? '', /template\.chart/)
})

test('an overlay is built again where any file that it refers to changes, and only then', async (t) => {
  const files: RepositoryFiles = { ...BASE, ...EU, ...US, 'other/cm.yaml': map('other') }
  const first = await declareFiles(files, { renderers })
  const next = async (more: RepositoryFiles) => {
    const { installations } = await declareFiles({ ...files, ...more }, { renderers, previous: first })
    return [...installations]
      .filter(([name, installation]) => first.installations.get(name) !== installation)
      .map(([name, { source }]) => [name, source !== first.installations.get(name)?.source])
  }
  t.deepEqual(await next({ 'base/web.yaml': `${map('web')}data: {a: b}\n` }), [
    ['eu/acme', true],
    ['us/acme', true],
  ])
  t.deepEqual(await next({ 'eu/acme/kustomization.yaml': 'resources: [../../base]\n' }), [['eu/acme', true]])
  t.deepEqual(await next({ 'other/cm.yaml': map('another') }), [['other', true]])
  t.deepEqual(await next({}), [])
})

test('of many overlays only those that a commit changes are built again', async (t) => {
  const overlay = (prefix: string) => `resources: [../base]\nnamePrefix: ${prefix}-\n`
  const names = Array.from({ length: 60 }, (_, index) => `a${index}`)
  const files = Object.fromEntries(names.map((name) => [`${name}/kustomization.yaml`, overlay(name)]))
  const first = await declareFiles({ ...BASE, ...files }, { renderers })
  const changed = { ...BASE, ...files, 'a7/kustomization.yaml': overlay('b') }
  const { installations } = await declareFiles(changed, { renderers, previous: first })
  const built = [...installations].filter(
    ([name, installation]) => first.installations.get(name) !== installation,
  )
  t.deepEqual(
    built.map(([name]) => name),
    ['a7'],
  )
})

test('an overlay may be made of hundreds of directories, and is refused with thousands', async (t) => {
  const of = (count: number) => {
    const names = Array.from({ length: count }, (_, index) => `a${index}`)
    const files = names.map((name) => [
      [`${name}/kustomization.yaml`, 'resources: [cm.yaml]\n'],
      [`${name}/cm.yaml`, map(name)],
    ])
    return {
      ...Object.fromEntries(files.flat()),
      'all/kustomization.yaml': `resources: [../${names.join(', ../')}]\n`,
    }
  }
  const [all, ...others] = await declared(of(600))
  t.deepEqual([all?.objects.length, all?.faults, others], [600, [], []])
  const [found = ''] = await faultsOf(of(2001))
  t.regex(found, /^all: all\/kustomization\.yaml:1: .* refers to more than 2000 directories/)
})
