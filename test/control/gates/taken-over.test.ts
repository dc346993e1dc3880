import test from 'ava'
import type { Member } from '../../../src/control/fleet/member.ts'
import { type Ask, holdRuns, isTakenOver } from '../../../src/control/gates/taken-over.ts'
import { fault } from '../../../src/model/fault.ts'
import type { ResolvedObject } from '../../../src/model/installation.ts'
import { RELEASE_ANNOTATION } from '../../../src/model/labels.ts'
import { idOf, type LiveObject, type ObjectId, type ObjectKey } from '../../../src/model/object.ts'
import type { CreatePlan } from '../../../src/model/plan.ts'
import type { InstallationStatus } from '../../../src/model/status.ts'

const MARK = `${'a'.repeat(40)}.${'b'.repeat(16)}~${'c'.repeat(8)}`
const TAKEN = `${MARK}~taken`
const OLD = '2020-01-01T00:00:00Z'
const NAMES = ['a', 'b', 'c', 'd', 'e'] as const

const keyOf = (name: string): ObjectKey => ({ group: '', kind: 'ConfigMap', namespace: 'shop', name })
const idFor = (name: string) => idOf(keyOf(name))
const HOOK = { ...keyOf('hook'), group: 'batch', kind: 'Job' }

function resolved(key: ObjectKey, annotations = {}): [ObjectId, ResolvedObject] {
  const object = { apiVersion: 'v1', kind: key.kind, metadata: { name: key.name, annotations } }
  const origin = { file: 'a.yaml', line: 1, document: 0, pointer: '' }
  return [idOf(key), { key, object, origin, digest: 'b'.repeat(16) }]
}

function member(revision = 1): Member {
  const objects = new Map([
    resolved(HOOK, { [RELEASE_ANNOTATION]: 'd' }),
    ...NAMES.map((name) => resolved(keyOf(name))),
  ])
  const target = { installation: { release: { digest: 'd', revision } } }
  return { name: 'shop', objects, target } as unknown as Member
}

function live(mark: string, creationTimestamp = OLD): LiveObject {
  const annotations = { 'reeve.dev/applied': mark }
  return { metadata: { annotations, creationTimestamp } } as unknown as LiveObject
}

/** The live objects by name. */
function among(objects: Readonly<Record<string, LiveObject>>) {
  const byId = new Map(Object.entries(objects).map(([name, object]) => [idFor(name), object]))
  return (id: ObjectId) => byId.get(id)
}

const every = (object: LiveObject) => among(Object.fromEntries(NAMES.map((name) => [name, object])))
const record = { state: 'failed' } as InstallationStatus
const young = new Date().toISOString()

const cases = [
  { title: 'nothing is there', live: among({}), record: undefined, expected: false },
  { title: 'Reeve made it', live: every(live(MARK)), record, expected: false },
  {
    title: 'most was taken over',
    live: among({ a: live(TAKEN), b: live(TAKEN), c: live(TAKEN) }),
    record,
    expected: true,
  },
  {
    title: 'one object was taken over',
    live: among({ a: live(TAKEN), b: live(MARK) }),
    record,
    expected: false,
  },
  {
    title: 'all has been there for long, without a record',
    live: every(live(MARK)),
    record: undefined,
    expected: true,
  },
  {
    title: 'all is there since just now, without a record',
    live: every(live(MARK, young)),
    record: undefined,
    expected: false,
  },
  {
    title: 'a part is missing, without a record',
    live: among({ a: live(MARK) }),
    record: undefined,
    expected: false,
  },
] as const

for (const { title, expected, ...known } of cases)
  test(`installed before Reeve knew it, ${expected ? 'yes' : 'no'}: ${title}`, (t) => {
    t.is(isTakenOver(member(), known), expected)
  })

test('a later release was not installed before', (t) => {
  t.false(isTakenOver(member(2), { live: every(live(TAKEN)), record }))
})

const RUN = {
  action: 'create',
  key: HOOK,
  desired: resolved(HOOK, { [RELEASE_ANNOTATION]: 'd' })[1].object,
} as CreatePlan
const OTHER = { action: 'create', key: keyOf('a'), desired: resolved(keyOf('a'))[1].object } as CreatePlan
const REFUSED = fault('not-owned', 'ConfigMap shop/e')

async function held(
  cached: (id: ObjectId) => LiveObject | undefined,
  answers: Readonly<Record<string, Awaited<ReturnType<Ask>>>>,
) {
  const asked: string[] = []
  const ask: Ask = async ({ key }) => {
    asked.push(key.name)
    return answers[key.name] ?? {}
  }
  const plans = await holdRuns([RUN, OTHER], {
    member: member(),
    readiness: { live: cached, record: () => record },
    ask,
  })
  return { actions: plans.map(({ action }) => action), asked: asked.join('') }
}

test('a few objects are asked for before a hook runs', async (t) => {
  t.deepEqual(await held(among({}), {}), { actions: ['create', 'create'], asked: 'abc' })
})

test('a hook does not run beside an object of another owner', async (t) => {
  t.deepEqual(await held(among({}), { b: { refusal: REFUSED } }), {
    actions: ['blocked', 'create'],
    asked: 'abc',
  })
})

test('while a takeover is under way, all objects are asked for', async (t) => {
  t.deepEqual(await held(among({ a: live(TAKEN) }), { e: { refusal: REFUSED } }), {
    actions: ['blocked', 'create'],
    asked: 'bcde',
  })
})

test('a takeover that ended since the plan was made is seen', async (t) => {
  const taken = { live: live(TAKEN) }
  t.deepEqual(await held(among({ a: live(TAKEN) }), { b: taken, c: taken, d: taken, e: taken }), {
    actions: ['unchanged', 'create'],
    asked: 'bcde',
  })
})
