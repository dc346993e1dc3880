import test from 'ava'
import { FaultError } from '../../../src/model/fault.ts'
import { type Reversion, revertTree } from '../../../src/stages/edit/revert-tree.ts'
import { declared, type Files, group, installation, TEMPLATE } from './declared.ts'

const GOOD: Files = {
  'groups.yaml': [
    '# all groups\n',
    group(
      'fleet',
      '  template: {path: templates/chat}\n  # the version\n  version: "1"   # proven\n  valuesFiles: [values/all.yaml, "values/${installation.name}.yaml"]\n',
    ),
    group(
      'production',
      '  group: fleet\n  rollout: {maxUnavailable: 3}\n  values:\n    size: 1\n    text: |\n      a\n\n      b\n',
    ),
    group('canary', '  group: fleet\n  rollout: {}\n  version: "1"\n'),
  ].join('---\n'),
  'acme.yaml': installation('acme', '  group: production\n'),
  'values/all.yaml': 'color: red\n',
  'values/acme.yaml': 'host: a\n',
  'templates/chat/a.yaml': TEMPLATE,
  'templates/chat/old.yaml': TEMPLATE,
  'templates/web/a.yaml': TEMPLATE,
}

async function reverted(good: Files, changes: Readonly<Record<string, string | undefined>>, root = '') {
  const head = files({ ...good, ...changes })
  const [before, now] = [await declared(good, root), await declared(head, root)]
  const { changes: texts, restored }: Reversion = await revertTree(now, before, 'production')
  const back = restored.map((path) => [path, good[path]] as const)
  return files({ ...head, ...Object.fromEntries([...back, ...texts]) })
}

function files(all: Readonly<Record<string, string | undefined>>): Files {
  return Object.fromEntries(
    Object.entries(all).flatMap(([path, text]) => (text === undefined ? [] : [[path, text]])),
  )
}

const replaced = (text: string | undefined, ...pairs: readonly (readonly [string, string])[]) =>
  pairs.reduce((all, [from, to]) => all.replace(from, to), text ?? '')

test('what members inherit goes back as it was written, and all else stays', async (t) => {
  const now = replaced(
    GOOD['groups.yaml'],
    ['version: "1"   # proven', 'version: "2" # new'],
    ['{maxUnavailable: 3}', '{maxUnavailable: 5}'],
    ['    size: 1\n', '    size: 2\n    more: x\n'],
    ['# all groups', '# every group'],
  )
  const changes = {
    'groups.yaml': now,
    'acme.yaml': installation('acme', '  group: production\n  values: {own: 1}\n'),
    'values/all.yaml': 'color: blue\n',
    'values/acme.yaml': 'host: b\n',
    'templates/chat/a.yaml': `${TEMPLATE}# new\n`,
    'templates/chat/old.yaml': undefined,
    'templates/chat/new.yaml': TEMPLATE,
    'templates/web/a.yaml': `${TEMPLATE}# new\n`,
    'other.yaml': installation('other', '  template: {path: templates/web}\n'),
  }
  const expected = {
    ...GOOD,
    ...changes,
    'groups.yaml': replaced(
      GOOD['groups.yaml'],
      ['{maxUnavailable: 3}', '{maxUnavailable: 5}'],
      ['# all groups', '# every group'],
    ),
    'values/all.yaml': GOOD['values/all.yaml'],
    'templates/chat/a.yaml': GOOD['templates/chat/a.yaml'],
    'templates/chat/old.yaml': GOOD['templates/chat/old.yaml'],
    'templates/chat/new.yaml': undefined,
  }
  t.deepEqual(await reverted(GOOD, changes), files(expected))
})

test('nothing is changed where what members inherit is the same', async (t) => {
  const head = { ...GOOD, 'acme.yaml': installation('acme', '  group: production\n  version: "3"\n') }
  t.deepEqual(await revertTree(await declared(head), await declared(GOOD), 'production'), {
    changes: new Map(),
    restored: [],
  })
})

test('paths are from the root of the repository', async (t) => {
  const below = (all: Files) =>
    Object.fromEntries(
      Object.entries(all).map(([path, text]) => [
        /^(values|templates)/.test(path) ? path : `eu/${path}`,
        text,
      ]),
    )
  const changes = {
    'eu/groups.yaml': replaced(GOOD['groups.yaml'], ['version: "1"', 'version: "2"']),
    'values/all.yaml': 'color: blue\n',
    'templates/chat/new.yaml': TEMPLATE,
  }
  t.deepEqual(await reverted(below(GOOD), changes, 'eu'), below(GOOD))
})

test('a group that moved to another file, and got other fields, is what it was', async (t) => {
  const [, fleet = '', production = '', canary = ''] = (GOOD['groups.yaml'] ?? '').split(
    /(?<=\n)---\n|(?<=groups\n)\n?/,
  )
  const good = { ...GOOD, 'groups.yaml': `${fleet}---\n${canary}`, 'production.json': '' }
  const json = JSON.stringify({
    apiVersion: 'reeve.dev/v1alpha1',
    kind: 'InstallationGroup',
    metadata: { name: 'production' },
    spec: { group: 'fleet', rollout: { maxUnavailable: 1 }, version: '2', atomic: true },
  })
  t.true(production.includes('maxUnavailable'), 'the documents are taken apart')
  const before = files({ ...good, 'production.json': undefined, 'prod.yaml': production })
  const changes = { 'prod.yaml': undefined, 'production.json': json }
  const after = await reverted(before, changes)
  t.deepEqual(JSON.parse(after['production.json'] ?? ''), {
    ...JSON.parse(json),
    spec: { group: 'fleet', rollout: { maxUnavailable: 1 }, values: { size: 1, text: 'a\n\nb\n' } },
  })
})

test('a group around that is gone comes back', async (t) => {
  const [, , ...others] = (GOOD['groups.yaml'] ?? '').split('---\n')
  const changes = { 'groups.yaml': others.join('---\n').replaceAll('  group: fleet\n', '') }
  t.false(changes['groups.yaml'].includes('fleet'))
  const after = await reverted(GOOD, changes)
  const { tree } = await declared(after)
  const chain = tree.groups.get('production')?.chain.map(({ document }) => document.name)
  t.deepEqual(chain, ['fleet', 'production'])
  t.deepEqual(tree.groups.get('production')?.faults, [])
  t.true(after['groups.yaml']?.startsWith(others[0]?.split('  group: fleet')[0] ?? '?'))
})

test('members of groups inside go back, too', async (t) => {
  const inner = (version: string) =>
    group('inner', `  group: production\n  version: "${version}"\n  members: [acme]\n`)
  const good = { ...GOOD, 'inner.yaml': inner('5'), 'acme.yaml': installation('acme', '  version: "9"\n') }
  const moved = inner('6').replace('[acme]', '[acme, b]')
  const after = await reverted(good, { 'inner.yaml': moved })
  t.is(after['inner.yaml'], inner('5').replace('[acme]', '[acme, b]'))
})

test('charts that a chart depends on go back with it', async (t) => {
  const chart = 'apiVersion: v2\nname: web\nversion: 1.0.0\n'
  const good = {
    ...GOOD,
    'groups.yaml': replaced(GOOD['groups.yaml'], ['templates/chat', 'charts/web']),
    'charts/web/Chart.yaml': `${chart}dependencies: [{name: lib, version: 1.0.0, repository: "file://../lib"}]\n`,
    'charts/web/templates/a.yaml': 'a: 1\n',
    'charts/lib/Chart.yaml': 'apiVersion: v2\nname: lib\nversion: 1.0.0\n',
    'charts/lib/templates/b.tpl': 'one\n',
  }
  const changes = { 'charts/lib/templates/b.tpl': 'two\n', 'charts/lib/templates/new.tpl': 'x\n' }
  t.deepEqual(await reverted(good, changes), good)
})

test('bases that an overlay refers to go back with it', async (t) => {
  const good = {
    ...GOOD,
    'groups.yaml': replaced(GOOD['groups.yaml'], ['templates/chat', 'overlays/web']),
    'overlays/web/kustomization.yaml': 'resources: [../../bases/web]\n',
    'bases/web/kustomization.yaml': 'resources: [a.yaml]\n',
    'bases/web/a.yaml': TEMPLATE,
    'bases/other/a.yaml': TEMPLATE,
  }
  const others = { 'bases/other/a.yaml': `${TEMPLATE}# new\n` }
  const changes = { ...others, 'bases/web/a.yaml': `${TEMPLATE}# new\n` }
  t.deepEqual(await reverted(good, changes), { ...good, ...others })
})

test('ranges of charts stand for the versions that they did', async (t) => {
  const chart = '{repository: "https://charts.example.com", name: chat, version: ^1}'
  const locked = (version: string, other: string) =>
    `charts:\n${['chat', 'other']
      .map(
        (name) =>
          `  - repository: https://charts.example.com\n    name: ${name}\n    range: ^1\n    version: ${name === 'chat' ? version : other}\n    digest: sha256:${'0'.repeat(64)}\n`,
      )
      .join('')}`
  const good = {
    ...GOOD,
    'groups.yaml': replaced(GOOD['groups.yaml'], ['{path: templates/chat}', `{chart: ${chart}}`]),
    'reeve.lock.yaml': locked('1.0.0', '1.0.0'),
  }
  const after = await reverted(good, { 'reeve.lock.yaml': locked('1.2.0', '1.3.0') })
  t.true(after['reeve.lock.yaml']?.endsWith(locked('1.0.0', '1.3.0')), after['reeve.lock.yaml'])
})

test('documents of installations in the directory of a template stay', async (t) => {
  const own = (host: string) => installation('beta', `  group: production\n  values: {host: ${host}}\n`)
  const good = { ...GOOD, 'templates/chat/beta.yaml': own('a') }
  const changes = {
    'templates/chat/beta.yaml': own('b'),
    'templates/chat/gamma.yaml': own('c').replace('beta', 'gamma'),
  }
  t.deepEqual(await reverted(good, changes), { ...good, ...changes })
})

test('a template that was not there yet stays', async (t) => {
  const changes = {
    'acme.yaml': installation('acme', '  group: production\n  template: {path: templates/new}\n'),
    'templates/new/a.yaml': TEMPLATE,
  }
  t.deepEqual(await reverted(GOOD, changes), { ...GOOD, ...changes })
})

test('a field that another one needs as an anchor goes back all the same', async (t) => {
  const good = {
    ...GOOD,
    'groups.yaml': group('production', '  values: &v {size: 1}\n  enforced: {values: *v}\n  rollout: {}\n'),
  }
  const changes = {
    'groups.yaml': group('production', '  enforced: {values: {size: 2}}\n  rollout: {paused: true}\n'),
  }
  const after = await reverted(good, changes)
  const { tree } = await declared(after)
  t.deepEqual(
    tree.groups
      .get('production')
      ?.chain.map(({ document: { values, enforced, rollout } }) => [
        { ...values },
        { ...enforced.values },
        rollout?.paused,
      ]),
    [[{ size: 1 }, { size: 1 }, true]],
  )
})

test('a group that cannot be edited is told', async (t) => {
  const [before, now] = [
    await declared({ 'g.yaml': group('production', '  version: "1"\n  rollout: {}\n') }),
    await declared({ 'g.yaml': group('production', '  version: &v "2"\n  namespace: *v\n  rollout: {}\n') }),
  ]
  const error = await t.throwsAsync(revertTree(now, before, 'production'), { instanceOf: FaultError })
  t.is(error?.message, 'g.yaml:1: the document cannot be edited in place')
})

test('a group that was not there at the commit is told', async (t) => {
  const [before, now] = [
    await declared({ 'a.yaml': installation('a', '  template: {path: t}\n') }),
    await declared(GOOD),
  ]
  const error = await t.throwsAsync(revertTree(now, before, 'production'), { instanceOf: FaultError })
  t.is(error?.message, 'no such InstallationGroup: production at 000000000000')
})
