import test from 'ava'
import { History } from '../../../src/control/fleet/history.ts'
import { Keyring } from '../../../src/control/fleet/keyring.ts'
import { Renderers } from '../../../src/control/fleet/renderers.ts'
import type { Installation } from '../../../src/model/installation.ts'
import { NO_TENANCY } from '../../../src/model/tenancy.ts'
import { installationId } from '../../../src/stages/declare/installation-id.ts'
import { type RepositoryFiles, snapshotOf } from '../../helpers/declare-files.ts'

const [EARLIER, HEAD] = ['1'.repeat(40), '2'.repeat(40)] as const

/** The installation `acme` with its own documents of the head, and what it inherits of the earlier commit. */
async function mixed(
  earlier: RepositoryFiles,
  head: RepositoryFiles,
  group?: string,
): Promise<Installation | undefined> {
  const { decrypt } = new Keyring()
  await using renderers = new Renderers({ decrypt })
  const snapshots = new Map([
    [EARLIER, snapshotOf(earlier)],
    [HEAD, snapshotOf(head)],
  ])
  const history = new History({
    snapshotAt: async (commit) => snapshots.get(commit),
    renderers: () => renderers,
    decrypt,
    onUnforeseen: (error) => {
      throw error
    },
    pastRelease: () => undefined,
    placement: { namespace: 'default', accounts: NO_TENANCY.accounts },
    known: () => undefined,
  })
  const revision = { own: HEAD, inherited: EARLIER, ...(group !== undefined && { group }) }
  return history.installationAt(revision, installationId('acme'))
}

const template = (text: string) => `apiVersion: v1
kind: ConfigMap
metadata: { name: chat }
data: { text: "${text}" }
`
const group = (name: string, spec: string) =>
  `apiVersion: reeve.dev/v1alpha1\nkind: InstallationGroup\nmetadata: { name: ${name} }\nspec: ${spec}\n`
const installation = (spec: string) =>
  `apiVersion: reeve.dev/v1alpha1\nkind: Installation\nmetadata: { name: acme }\nspec: ${spec}\n`

/** What the template made of it. */
function textOf(made: Installation | undefined): unknown {
  const found = made?.objects.find(({ object }) => object.kind === 'ConfigMap')?.object as
    | { readonly data?: { readonly text?: unknown } }
    | undefined
  return made?.faults.length === 0 ? found?.data?.text : made?.faults.map(({ message }) => message)
}

const SAYS = template('${values.a} ${values.b} ${installation.version}')
const files = (groups: string, own: string, text = SAYS): RepositoryFiles => ({
  'groups/all.yaml': groups,
  'acme/reeve.yaml': own,
  'templates/chat/chat.yaml': text,
})

test('what an installation says is of one commit, what it inherits of another', async (t) => {
  const earlier = files(
    group('ring', '{ version: "1", template: { path: templates/chat }, values: { a: a1, b: b1 } }'),
    installation('{ group: ring }'),
  )
  const head = files(
    group('ring', '{ version: "2", template: { path: templates/chat }, values: { a: a2, b: b2 } }'),
    installation('{ group: ring, values: { b: mine } }'),
    template('new ${values.a}'),
  )
  t.is(textOf(await mixed(earlier, head)), 'a1 mine 1')
})

test('enforced settings are inherited, too', async (t) => {
  const ring = (enforced: string) =>
    group(
      'ring',
      `{ version: "1", template: { path: templates/chat }, values: { a: a }, enforced: ${enforced} }`,
    )
  const earlier = files(ring('{ values: { b: strict } }'), installation('{ group: ring }'))
  const head = files(ring('{}'), installation('{ group: ring, values: { b: mine } }'))
  t.is(textOf(await mixed(earlier, head)), 'a strict 1')
})

test('the groups around its group are those of the commit that it inherits from', async (t) => {
  const ring = (outer: string) => group('ring', `{ group: ${outer}, template: { path: templates/chat } }`)
  const outer = (name: string) => group(name, `{ version: "1", values: { a: ${name}, b: b } }`)
  const own = installation('{ group: ring }')
  const earlier = files([ring('one'), outer('one')].join('---\n'), own)
  const head = files([ring('two'), outer('one'), outer('two')].join('---\n'), own)
  t.is(textOf(await mixed(earlier, head)), 'one b 1')
})

test('one that changes its group inherits from the old one, if so decided, or from the new one as it was', async (t) => {
  const ring = (name: string, version: string) =>
    group(name, `{ version: "${version}", template: { path: templates/chat }, values: { a: ${name}, b: b } }`)
  const earlier = files([ring('one', '1'), ring('two', '1')].join('---\n'), installation('{ group: one }'))
  const head = files([ring('one', '2'), ring('two', '2')].join('---\n'), installation('{ group: two }'))
  t.is(textOf(await mixed(earlier, head)), 'two b 1')
  t.is(textOf(await mixed(earlier, head, 'one')), 'one b 1')
})

test('a group that the commit does not have yet is as the installation has it', async (t) => {
  const earlier = files(group('one', '{}'), installation('{ group: one }'))
  const head = files(
    group('two', '{ version: "2", template: { path: templates/chat }, values: { a: a, b: b } }'),
    installation('{ group: two }'),
  )
  t.is(textOf(await mixed(earlier, head)), 'a b 2')
})

test('a template that only its own commit has is its own', async (t) => {
  const ring = group('ring', '{ version: "1", values: { a: a, b: b } }')
  const { 'templates/chat/chat.yaml': _, ...earlier } = files(ring, installation('{ group: ring }'))
  const head = files(ring, installation('{ group: ring, template: { path: templates/chat } }'))
  t.is(textOf(await mixed(earlier, head)), 'a b 1')
})

test('values files that are named for each installation are its own, others are inherited', async (t) => {
  const ring = group(
    'ring',
    '{ version: "1", template: { path: templates/chat }, valuesFiles: [values/all.yaml, "values/${installation.name}.yaml"] }',
  )
  const at = (text: string, own: string) => ({
    ...files(ring, installation('{ group: ring }')),
    'values/all.yaml': `a: ${text}`,
    'values/acme.yaml': `b: ${own}`,
  })
  t.is(textOf(await mixed(at('a1', 'b1'), at('a2', 'b2'))), 'a1 b2 1')
})
