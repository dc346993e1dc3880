import test from 'ava'
import fc from 'fast-check'
import { withDeclaredCrds } from '../../../../src/adapters/cluster/declared-crds.ts'
import { kindsOf } from '../../../../src/adapters/cluster/kinds.ts'
import { crdsIn } from '../../../../src/control/fleet/desired-state.ts'
import { declareFleet, type Fleet } from '../../../../src/control/fleet/fleet.ts'
import { Keyring } from '../../../../src/control/fleet/keyring.ts'
import { memberOf } from '../../../../src/control/fleet/member.ts'
import { type FoundTemplate, Renderers } from '../../../../src/control/fleet/renderers.ts'
import type { Decrypt } from '../../../../src/model/decrypt.ts'
import type { Fault } from '../../../../src/model/fault.ts'
import { revisionAt } from '../../../../src/model/revision.ts'
import { NO_TENANCY } from '../../../../src/model/tenancy.ts'
import { type RepositoryFiles, snapshotOf } from '../../../helpers/declare-files.ts'

const GOOD = { 'good/a.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: good}\n' }
const own = (name: string, spec: string, kind = 'Installation') =>
  `apiVersion: reeve.dev/v1alpha1\nkind: ${kind}\nmetadata: {name: ${name}}\nspec: ${spec}\n`
const deep = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`
const indented = (levels: number) =>
  Array.from({ length: levels }, (_, level) => `${' '.repeat(level)}a:\n`).join('')
const map = (data: string) => `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: odd}\ndata: ${data}\n`
const many = (count: number, line: (index: number) => string) =>
  Array.from({ length: count }, (_, i) => line(i)).join('')
const crd = (spec: string) =>
  `apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: odd.example.com}\nspec: ${spec}\n`

/** Each stands for one installation, called `odd` or in a directory of that name. */
const ODD: Readonly<Record<string, RepositoryFiles>> = {
  'a list of 100,000 levels': { 'odd/a.yaml': map(deep(100_000)) },
  'a list of 100,000 levels as a document': { 'odd/a.yaml': deep(100_000) },
  'JSON of 100,000 levels': { 'odd/a.json': `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}` },
  'a mapping of 1,500 indented levels': { 'odd/a.yaml': indented(1_500) },
  'a List in a List, 1,000 deep': {
    'odd/a.json': `${'{"apiVersion":"v1","kind":"List","items":['.repeat(1_000)}${']}'.repeat(1_000)}`,
  },
  'keys of prototypes': {
    'odd/a.yaml': map('{__proto__: a, constructor: b, toString: c, hasOwnProperty: d}'),
  },
  'metadata of prototypes': {
    'odd/a.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {__proto__: {name: a}, constructor: 1}\n',
  },
  '200,000 keys': { 'odd/a.yaml': `${map('').trimEnd()}\n${many(200_000, (i) => `  k${i}: v\n`)}` },
  '200,000 documents without a name': { 'odd/a.yaml': many(200_000, () => '---\na: 1\n') },
  '200,000 duplicate keys': { 'odd/a.yaml': `${map('').trimEnd()}\n${many(200_000, () => '  k: v\n')}` },
  'an anchor in itself': { 'odd/a.yaml': 'a: &a [*a]\n' },
  'aliases that double': {
    'odd/a.yaml': `a0: &a0 [x]\n${many(60, (i) => `a${i + 1}: &a${i + 1} [*a${i}, *a${i}]\n`)}`,
  },
  'kinds that are no texts': { 'odd/a.yaml': 'apiVersion: [v1]\nkind: {a: b}\nmetadata: [1]\n' },
  'a spec that is a list': { 'odd.yaml': own('odd', '[1, 2]') },
  'values that are deep': { 'odd.yaml': own('odd', `{template: {path: t}, values: {a: ${deep(50_000)}}}`) },
  'references in references': {
    'odd.yaml': own('odd', `{template: {path: t}, values: {a: '${'${values.'.repeat(20_000)}'}}`),
  },
  'a reference of 100,000 words': {
    'odd.yaml': own('odd', `{template: {path: t}, values: {a: '\${installation${'.a'.repeat(100_000)}}'}}`),
  },
  'a namespace of a megabyte': {
    'odd.yaml': own('odd', `{template: {path: t}, namespace: ${'a'.repeat(1 << 20)}}`),
  },
  'a template of prototypes': { 'odd.yaml': own('odd', '{template: {path: __proto__}}') },
  'a template that leads out': { 'odd.yaml': own('odd', '{template: {path: ../../../etc}}') },
  'a group of prototypes': { 'odd.yaml': own('odd', '{template: {path: t}, group: constructor}') },
  'itself as a dependency': { 'odd.yaml': own('odd', '{template: {path: t}, dependsOn: [odd]}') },
  'CRDs of every shape': {
    'odd/a.yaml': [
      '[]',
      'null',
      '{versions: 5, names: []}',
      '{group: 1, names: {kind: 2}}',
      '{group: a, names: {kind: K, plural: ks}, versions: [null, 1, {name: v1, served: true}]}',
    ]
      .map(crd)
      .join('---\n'),
  },
  'a kustomization of every shape': {
    'odd.yaml': own('odd', '{template: {path: k}}'),
    'k/kustomization.yaml': `resources: ${deep(50_000)}`,
  },
  'a template without manifests': { 'odd.yaml': own('odd', '{template: {path: e}}'), 'e/values.yaml': '[]' },
  'defaults that are deep': {
    'odd.yaml': own('odd', '{template: {path: e}}'),
    'e/values.yaml': `a: ${deep(50_000)}`,
    'e/a.yaml': map('{a: "${values.a}"}'),
  },
}

const TEMPLATE = {
  't/values.yaml': 'a: 1\n',
  't/a.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: of-t}\n',
}

function onUnforeseenOf(found: Fault[]) {
  return (_: unknown, fault: Fault) => void found.push(fault)
}

async function declare(
  files: RepositoryFiles,
  {
    renderers,
    decrypt = new Keyring().decrypt,
    previous,
  }: {
    readonly renderers?: Renderers
    readonly decrypt?: Decrypt
    readonly previous?: Fleet
  } = {},
) {
  const unforeseen: Fault[] = []
  const onUnforeseen = onUnforeseenOf(unforeseen)
  const options = {
    placement: { namespace: 'default', accounts: NO_TENANCY.accounts },
    renderers: renderers ?? new Renderers({ decrypt }),
    decrypt,
    onUnforeseen,
  }
  const fleet = await declareFleet(snapshotOf(files), options, previous)
  return { fleet, unforeseen }
}

function isGood({ installations }: Fleet, name = 'good'): boolean {
  const good = installations.get(name)
  return good?.faults.length === 0 && good.objects.length > 0
}

for (const [what, files] of Object.entries(ODD)) {
  test(`it concerns one installation only: ${what}`, async (t) => {
    const { fleet } = await declare({ ...GOOD, ...TEMPLATE, ...files })
    t.true(isGood(fleet))
    const odd = fleet.installations.get('odd') ?? fleet.installations.get('root')
    t.truthy(odd, [...fleet.installations.keys()].join())
    const kinds = withDeclaredCrds(kindsOf([]), crdsIn(fleet))
    for (const head of fleet.installations.values()) {
      const kept = head.faults.length === 0 ? { installation: head, revision: revisionAt('a') } : undefined
      t.is(memberOf(head, kept, { kinds, namespace: 'default' }).name, head.name)
    }
    const { fleet: again } = await declare({ ...GOOD, ...TEMPLATE, ...files }, { previous: fleet })
    t.true(isGood(again))
  })
}

/** JSON of any shape, with the names that documents are read by. */
const words = [
  'spec',
  'template',
  'path',
  'values',
  'group',
  'dependsOn',
  'members',
  'matchLabels',
  'ignore',
  'enforced',
]
const anyName = fc.oneof(
  fc.constantFrom(...words, '__proto__', 'constructor', 'metadata', 'name'),
  fc.string(),
)
const { any } = fc.letrec<{ readonly any: unknown }>((tie) => ({
  any: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom('${values.a}', '${', '', 't', 'odd', null, true, 0, -1, 1e21, 'reeve.dev/v1alpha1'),
    fc.string(),
    fc.array(tie('any'), { maxLength: 4 }),
    fc.dictionary(anyName, tie('any'), { maxKeys: 5 }),
  ),
}))

test('documents of any shape concern no other installation, and come up with no error', async (t) => {
  const kind = fc.constantFrom('Installation', 'InstallationGroup', 'ConfigMap')
  await fc.assert(
    fc.asyncProperty(
      kind,
      fc.array(any, { maxLength: 3 }),
      any,
      any,
      async (kind, specs, values, template) => {
        const apiVersion = kind === 'ConfigMap' ? 'v1' : 'reeve.dev/v1alpha1'
        const documents = specs.map((spec) =>
          JSON.stringify({ apiVersion, kind, metadata: { name: 'odd' }, spec }),
        )
        const uses = { apiVersion: 'reeve.dev/v1alpha1', kind: 'Installation', metadata: { name: 'uses' } }
        const { fleet, unforeseen } = await declare({
          ...GOOD,
          'odd/a.json': documents.join('\n'),
          'uses.json': JSON.stringify({ ...uses, spec: { template: { path: 'e' }, values } }),
          'e/values.yaml': JSON.stringify(values),
          'e/a.json': JSON.stringify(template),
        })
        t.true(isGood(fleet))
        t.deepEqual(unforeseen, [])
      },
    ),
    { numRuns: 300 },
  )
})

const sealed =
  'apiVersion: v1\nkind: Secret\nmetadata: {name: a}\ndata: {a: "ENC[AES256_GCM,data:a]"}\nsops: {mac: a}\n'

test('an error in what decrypts is a fault of the file, which is read again', async (t) => {
  let isBroken = true
  const decrypt: Decrypt = async (documents) => {
    if (isBroken) throw new RangeError('Maximum call stack size exceeded')
    return { values: [...documents], secrets: [] }
  }
  const files = { ...GOOD, 'odd/a.yaml': sealed, 'odd/b.yaml': GOOD['good/a.yaml'].replace('good', 'b') }
  const { fleet, unforeseen } = await declare(files, { decrypt })
  t.true(isGood(fleet))
  t.like(fleet.installations.get('odd')?.faults, [{ code: 'internal', location: { file: 'odd/a.yaml' } }])
  t.like(unforeseen, [{ code: 'internal', location: { file: 'odd/a.yaml' } }])
  isBroken = false
  const { fleet: again } = await declare(files, { decrypt, previous: fleet })
  t.true(isGood(again, 'odd'))
})

test('the words of a SyntaxError, which quote what was read, are told nowhere', async (t) => {
  const decrypt: Decrypt = async () => JSON.parse('hunter2')
  const { fleet, unforeseen } = await declare({ ...GOOD, 'odd/a.yaml': sealed }, { decrypt })
  t.false(JSON.stringify([fleet.installations.get('odd'), unforeseen]).includes('hunter2'))
})

/** Fails as it is told for one template. */
class Failing extends Renderers {
  readonly #at: 'find' | 'ready' | 'render'
  error: Error | undefined = new TypeError('x is not a function')

  constructor(at: 'find' | 'ready' | 'render') {
    super({ decrypt: new Keyring().decrypt })
    this.#at = at
  }

  override async find(...given: Parameters<Renderers['find']>): Promise<FoundTemplate> {
    const found = await super.find(...given)
    const [reference] = given
    const { error } = this
    if (error === undefined || !('path' in reference) || reference.path !== 'odd') return found
    if (this.#at === 'find') throw error
    if (this.#at === 'ready') return { ...found, ready: () => Promise.reject(error) }
    const render = () => Promise.reject(error)
    return { ...found, ready: async () => ({ ...(await found.ready()), render }) }
  }
}

for (const at of ['find', 'ready', 'render'] as const) {
  test(`an error is a fault of the installations of a template, which are tried again: ${at}`, async (t) => {
    const files = {
      ...GOOD,
      ...TEMPLATE,
      'odd/values.yaml': 'a: 1\n',
      'odd/a.yaml': TEMPLATE['t/a.yaml'],
      'one.yaml': own('one', '{template: {path: odd}}'),
      'two.yaml': own('two', '{template: {path: t}}'),
    }
    const renderers = new Failing(at)
    const { fleet, unforeseen } = await declare(files, { renderers })
    t.true(isGood(fleet))
    t.true(isGood(fleet, 'two'))
    t.like(fleet.installations.get('one')?.faults, [{ code: 'internal' }])
    t.regex(fleet.installations.get('one')?.faults[0]?.message ?? '', /x is not a function/)
    t.is(unforeseen.length, 1)
    renderers.error = undefined
    const { fleet: again } = await declare(files, { renderers, previous: fleet })
    t.true(isGood(again, 'one'))
  })
}
