import test from 'ava'
import { describeFault } from '../../../../src/model/fault.ts'
import { withRingFaults } from '../../../../src/stages/declare/fleet/ring-faults.ts'
import { declareFiles, type RepositoryFiles } from '../../../helpers/declare-files.ts'

/** The spec of each group, as YAML in flow style. */
type Specs = Readonly<Record<string, string>>

/** A file for each group, whose spec is in line 4, and a member of each, which has the group's name. */
function filesOf(groups: Specs): RepositoryFiles {
  const files = Object.entries(groups).flatMap(([name, spec]) => [
    [
      `groups/${name}.yaml`,
      `apiVersion: reeve.dev/v1alpha1\nkind: InstallationGroup\nmetadata: {name: ${name}}\nspec: ${spec}\n`,
    ],
    [
      `fleet/${name}.yaml`,
      `apiVersion: reeve.dev/v1alpha1\nkind: Installation\nmetadata: {name: ${name}}\nspec: {group: ${name}, template: {path: templates/web}}\n`,
    ],
  ])
  return {
    ...Object.fromEntries(files),
    'templates/web/web.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: "${installation.name}"}\n',
  }
}

/** Faults of the members, without their titles, by the name of the member. */
async function faultsOf(groups: Specs): Promise<Readonly<Record<string, readonly string[]>>> {
  const { installations } = await declareFiles(filesOf(groups))
  const found = [...installations].map(([name, { faults }]): [string, readonly string[]] => [
    name,
    faults.map(
      ({ code, message, location }) =>
        `${location?.file}:${location?.line} ${code}${message.slice(message.indexOf(':'))}`,
    ),
  ])
  return Object.fromEntries(found.filter(([name, faults]) => name !== 'groups' && faults.length > 0))
}

const after = (...names: readonly string[]) =>
  `{rollout: {after: [${names.map((name) => `{group: ${name}}`).join(', ')}]}}`
const inside = (outer: string, ...names: readonly string[]) =>
  after(...names).replace('{', `{group: ${outer}, `)

test('rings one after the other have no fault', async (t) => {
  const groups = { canary: after(), early: after('canary'), production: after('early', 'canary') }
  t.deepEqual(await faultsOf(groups), {})
})

test('rings may stand side by side in a group around them, which has a rollout itself', async (t) => {
  const groups = {
    fleet: after(),
    canary: inside('fleet'),
    production: inside('fleet', 'canary'),
    late: after('fleet'),
  }
  t.deepEqual(await faultsOf(groups), {})
})

test('a ring that does not exist is told with what was likely meant, and its members stay', async (t) => {
  t.deepEqual(await faultsOf({ canary: after(), production: after('canarry'), other: after('nothing') }), {
    other: ['groups/other.yaml:4 unknown-group: "nothing"'],
    production: ['groups/production.yaml:4 unknown-group: "canarry"; did you mean canary?'],
  })
})

test('a ring without a rollout proves nothing, which is a fault', async (t) => {
  t.deepEqual(await faultsOf({ canary: '{}', production: after('canary') }), {
    production: ['groups/production.yaml:4 ring-without-rollout: "canary"'],
  })
})

test('a ring with a faulty document has that fault alone: what comes after it has none', async (t) => {
  const faults = await faultsOf({ canary: '{rollout: {maxUnavailable: 0}}', production: after('canary') })
  t.deepEqual(Object.keys(faults), ['canary'])
})

test('groups that come after each other are told the way round, each at its own place', async (t) => {
  t.deepEqual(await faultsOf({ a: after('b'), b: after('a'), c: after('b') }), {
    a: ['groups/a.yaml:4 rollout-cycle: a comes after b, b comes after a'],
    b: ['groups/b.yaml:4 rollout-cycle: b comes after a, a comes after b'],
  })
})

test('the shortest way round is told', async (t) => {
  const { a } = await faultsOf({ a: after('b'), b: after('c', 'd'), c: after('d'), d: after('a') })
  t.deepEqual(a, ['groups/a.yaml:4 rollout-cycle: a comes after b, b comes after d, d comes after a'])
})

test('a group comes neither after one around it nor after one inside it', async (t) => {
  t.deepEqual(await faultsOf({ outer: after(), inner: inside('outer', 'outer') }), {
    inner: ['groups/inner.yaml:4 rollout-cycle: inner comes after outer, inner is in outer'],
  })
  const told = ['groups/outer.yaml:4 rollout-cycle: outer comes after inner, inner is in outer']
  t.deepEqual(await faultsOf({ outer: after('inner'), inner: inside('outer') }), { inner: told, outer: told })
})

test('a way round may lead through groups around groups', async (t) => {
  const groups = {
    europe: after(),
    germany: inside('europe'),
    berlin: inside('germany', 'asia'),
    asia: after('europe'),
  }
  t.deepEqual(await faultsOf(groups), {
    asia: [
      'groups/asia.yaml:4 rollout-cycle: asia comes after europe, germany is in europe, berlin is in germany, berlin comes after asia',
    ],
    berlin: [
      'groups/berlin.yaml:4 rollout-cycle: berlin comes after asia, asia comes after europe, germany is in europe, berlin is in germany',
    ],
  })
})

test('groups inside a faulty group stay as well, and no others', async (t) => {
  const groups = { outer: after('nothing'), inner: inside('outer'), other: after() }
  t.deepEqual(Object.keys(await faultsOf(groups)), ['inner', 'outer'])
})

test('of many groups in a circle the beginning of the way is told', async (t) => {
  const names = Array.from({ length: 100 }, (_, index) => `g${index}`)
  const groups = names.map((name, index) => [name, after(names[(index + 1) % names.length] ?? '')])
  const { g0 } = await faultsOf(Object.fromEntries(groups))
  const way = Array.from({ length: 12 }, (_, index) => `g${index} comes after g${index + 1}`)
  t.deepEqual(g0, [`groups/g0.yaml:4 rollout-cycle: ${way.join(', ')} and 88 more`])
})

test('a fault that another group mends or changes is not remembered', async (t) => {
  const files = (b: string, c: string) => filesOf({ a: after('b'), b, c })
  const told = async (...[now, previous]: readonly Awaited<ReturnType<typeof declareFiles>>[]) => {
    t.is(previous?.tree.directories.get('fleet'), now?.tree.directories.get('fleet'))
    return now?.installations.get('a')?.faults.map(describeFault)
  }
  const first = await declareFiles(files(after('a'), after()))
  t.deepEqual(await told(first, first), [
    'groups/a.yaml:4: a rollout that waits for itself: a comes after b, b comes after a',
  ])
  const second = await declareFiles(files(after('c'), after('a')), { previous: first })
  t.deepEqual(await told(second, first), [
    'groups/a.yaml:4: a rollout that waits for itself: a comes after b, b comes after c, c comes after a',
  ])
  const third = await declareFiles(files(after('c'), after()), { previous: second })
  t.deepEqual(await told(third, second), [])
})

test('the name of a ring that is encrypted is not told', async (t) => {
  const { tree } = await declareFiles(filesOf({ a: after('hidden'), b: after() }))
  const [group] = [...tree.groups.values()]
  const chain = group?.chain.map((placed) => ({ ...placed, isSealed: () => true })) ?? []
  const sealed = withRingFaults(new Map([['a', { name: 'a', chain, faults: [] }]]))
  t.notRegex(sealed.get('a')?.faults[0]?.message ?? '', /hidden/)
  t.is(sealed.get('a')?.faults.length, 1)
})
