import test from 'ava'
import { describeFault } from '../../../src/model/fault.ts'
import { rolloutCycleFaults } from '../../../src/stages/declare/rollout-cycles.ts'
import { declareFiles } from '../../helpers/declare-files.ts'

/** An installation: its group, what it depends on, and more of its spec, as YAML in flow style. */
type Member = readonly [group: string, dependsOn?: string, more?: string]

const SHA1 = '0123456789abcdef0123456789abcdef01234567'

const RINGS = {
  canary: '{rollout: {}}',
  early: '{rollout: {after: [{group: canary}]}}',
  production: '{rollout: {after: [{group: early}]}}',
}

/** A file for each group, and for each installation, whose spec is in line 4. */
function filesOf(
  members: Readonly<Record<string, Member>>,
  groups: Readonly<Record<string, string>> = RINGS,
): Readonly<Record<string, string>> {
  const documents = Object.entries(groups).map(([name, spec]) => [
    `groups/${name}.yaml`,
    `apiVersion: reeve.dev/v1alpha1\nkind: InstallationGroup\nmetadata: {name: ${name}}\nspec: ${spec}\n`,
  ])
  const installations = Object.entries(members).map(([name, [group, dependsOn = '', more = '']]) => [
    `fleet/${name}.yaml`,
    `apiVersion: reeve.dev/v1alpha1\nkind: Installation\nmetadata: {name: ${name}}\nspec: {group: "${group}", dependsOn: [${dependsOn}], template: {path: templates/web}${more}}\n`,
  ])
  return {
    ...Object.fromEntries(documents),
    ...Object.fromEntries(installations),
    'templates/web/web.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: "${installation.name}"}\n',
  }
}

async function faultsOf(
  ...args: Parameters<typeof filesOf>
): Promise<Readonly<Record<string, readonly string[]>>> {
  const { installations } = await declareFiles(filesOf(...args))
  const found = [...installations].map(([name, { faults }]) => [name, faults.map(describeFault)] as const)
  return Object.fromEntries(found.filter(([name, faults]) => name !== 'groups' && faults.length > 0))
}

const told = (name: string, way: string) => [`fleet/${name}.yaml:4: a rollout that waits for itself: ${way}`]

test('what comes later, or at the same time, may depend on what comes first', async (t) => {
  const members: Readonly<Record<string, Member>> = {
    c1: ['canary', 'c2'],
    c2: ['canary'],
    e1: ['early', 'c1'],
    p1: ['production', 'c2, e1, alone'],
    alone: ['', 'c1'],
  }
  t.deepEqual(await faultsOf(members), {})
})

test('what comes first does not depend on what comes after it: the fault names the way round', async (t) => {
  t.deepEqual(await faultsOf({ c: ['canary', 'p'], d: ['canary'], e: ['early'], p: ['production'] }), {
    c: told(
      'c',
      'c depends on p, p is in production, production comes after early, early comes after canary, c is in canary',
    ),
  })
})

test('the way may lead through installations of no group', async (t) => {
  const way = [
    'a depends on e',
    'e is in early',
    'early comes after canary',
    'c is in canary',
    'c depends on a',
  ]
  t.deepEqual(await faultsOf({ c: ['canary', 'a'], a: ['', 'e'], e: ['early'] }), {
    a: told('a', way.join(', ')),
    c: told('c', [...way.slice(-1), ...way.slice(0, -1)].join(', ')),
  })
})

test('the way may lead through groups inside groups', async (t) => {
  const groups = {
    canary: '{rollout: {}}',
    europe: '{rollout: {after: [{group: canary}]}}',
    berlin: '{group: europe, rollout: {}}',
  }
  t.deepEqual(await faultsOf({ c: ['canary', 'b'], b: ['berlin'] }, groups), {
    c: told(
      'c',
      'c depends on b, b is in berlin, berlin is in europe, europe comes after canary, c is in canary',
    ),
  })
})

test('the members of a group without a rollout are those of the one around it', async (t) => {
  const groups = { ...RINGS, extra: '{group: canary}' }
  t.deepEqual(await faultsOf({ x: ['extra', 'e'], e: ['early'] }, groups), {
    x: told('x', 'x depends on e, e is in early, early comes after canary, x is in canary'),
  })
})

test('a member that is skipped, pinned or suspended does not wait for its group, and its group not for it', async (t) => {
  const skipping = { ...RINGS, canary: '{rollout: {skip: [c]}}' }
  t.deepEqual(await faultsOf({ c: ['canary', 'e'], e: ['early'] }, skipping), {})
  t.deepEqual(await faultsOf({ c: ['canary', 'e', `, revision: ${SHA1}`], e: ['early'] }), {})
  t.deepEqual(await faultsOf({ c: ['canary', 'e'], e: ['early', '', `, revision: ${SHA1}`] }), {})
  t.deepEqual(await faultsOf({ c: ['canary', 'e', ', suspended: true'], e: ['early'] }), {})
})

test('a dependency that a group says is told of each member, at the group', async (t) => {
  const groups = { ...RINGS, canary: '{dependsOn: [e], rollout: {}}' }
  const faults = await faultsOf({ c: ['canary'], d: ['canary'], e: ['early'] }, groups)
  t.deepEqual(Object.keys(faults), ['c', 'd'])
  t.regex(faults.d?.[0] ?? '', /^groups\/canary.yaml:4: .*: d depends on e, e is in early, early comes after/)
})

test('cycles of dependencies alone, and of groups alone, are told as such and once', async (t) => {
  const alone = await faultsOf({ c: ['canary', 'd'], d: ['canary', 'c'] })
  t.deepEqual(
    Object.values(alone).map((faults) => faults.length),
    [1, 1],
  )
  t.regex(alone.c?.[0] ?? '', /installations that depend on each other: c → d → c/)
  const groups = {
    a: '{rollout: {after: [{group: b}]}}',
    b: '{rollout: {after: [{group: a}]}}',
  }
  const rings = await faultsOf({ a1: ['a', 'a2'], a2: ['a'], b1: ['b', 'a1'] }, groups)
  for (const [name, faults] of Object.entries(rings))
    t.deepEqual(
      faults.map((each) => each.split(':')[0]),
      [`groups/${name.charAt(0)}.yaml`],
    )
})

test('of thousands that close a circle, only some are searched for the whole way', async (t) => {
  const { tree } = await declareFiles(filesOf({}))
  const at = (index: number) => ({ name: `m${index}`, location: { file: 'a.yaml', line: 1 } })
  const members = Array.from({ length: 9_999 }, (_, index) => {
    const groups = [['canary', 'early', 'production'][index % 3] ?? '']
    return [
      `m${index}`,
      { name: `m${index}`, groups, dependsOn: index % 3 === 0 ? [at(index + 2)] : [] },
    ] as const
  })
  const before = performance.now()
  const faults = rolloutCycleFaults(new Map(members), tree.groups, () => false)
  t.log(`${Math.round(performance.now() - before)} ms`)
  t.is(faults.size, 3_333)
  t.regex(
    faults.get('m0')?.[0]?.message ?? '',
    /: m0 depends on m2, m2 is in production, .*, m0 is in canary$/,
  )
  t.regex(faults.get('m9996')?.[0]?.message ?? '', /: m9996 depends on m9998$/)
})
