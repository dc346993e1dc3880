import test from 'ava'
import type { JsonObject, JsonValue } from '../../../../src/model/json.ts'
import type { KubernetesObject } from '../../../../src/model/object.ts'
import type { IgnoredField } from '../../../../src/model/plan.ts'
import { parsePattern } from '../../../../src/stages/plan/merge/field-pattern.ts'
import { type Leave, leaveNothing } from '../../../../src/stages/plan/merge/leave.ts'
import { differences, mergeLeaving } from '../../../../src/stages/plan/merge/merge.ts'
import { compileComponents } from '../../../../src/stages/plan/schema/compile-components.ts'
import { patched } from '../helpers/api-server-model.ts'
import { others } from '../helpers/others.ts'

const string = { type: 'string' }
const mapList = (properties: JsonObject) => ({
  type: 'array',
  items: { type: 'object', properties },
  'x-kubernetes-list-type': 'map',
  'x-kubernetes-list-map-keys': ['name'],
})
const spec = {
  type: 'object',
  properties: {
    replicas: { type: 'integer' },
    containers: mapList({
      name: string,
      image: string,
      cpu: string,
      env: mapList({ name: string, value: string }),
    }),
    strategy: { type: 'object', properties: { type: string, surge: string } },
    selector: { type: 'object', additionalProperties: string, 'x-kubernetes-map-type': 'atomic' },
    rules: {
      type: 'array',
      items: { type: 'object', properties: { host: string, port: { type: 'integer' } } },
    },
    tags: { type: 'array', items: string, 'x-kubernetes-list-type': 'set' },
    data: { type: 'object', additionalProperties: string },
  },
}
const schema = compileComponents({ Thing: { type: 'object', properties: { spec } } })('Thing')

function thing(spec: JsonObject, metadata: JsonObject = {}): KubernetesObject {
  return { apiVersion: 'example.com/v1', kind: 'Thing', metadata: { name: 'x', ...metadata }, spec }
}

function ignoring(...pointers: readonly string[]): Leave {
  return { ...leaveNothing, ignored: pointers.map(parsePattern) }
}

interface Case {
  readonly title: string
  readonly leave: Leave
  readonly declared: JsonObject
  readonly base?: JsonObject
  readonly live: JsonObject
  readonly expected: JsonObject
  /** Pointers of what is told to be left. */
  readonly left: readonly string[]
}

const app = { name: 'app', image: 'app:1' }
const side = { name: 'side', image: 'side:1' }

const cases: readonly Case[] = [
  {
    title: 'an ignored field is not changed, others are',
    leave: ignoring('/spec/replicas'),
    declared: { replicas: 3, strategy: { type: 'a' } },
    live: { replicas: 7, strategy: { type: 'b' } },
    expected: { replicas: 7, strategy: { type: 'a' } },
    left: ['/spec/replicas'],
  },
  {
    title: 'nothing below an ignored field is changed, added or removed',
    leave: ignoring('/spec/strategy'),
    declared: { strategy: { type: 'a' } },
    base: { strategy: { type: 'a', surge: '1' } },
    live: { strategy: { surge: '1' } },
    expected: { strategy: { surge: '1' } },
    left: ['/spec/strategy/type', '/spec/strategy/surge'],
  },
  {
    title: 'an ignored field that Git gives up stays',
    leave: ignoring('/spec/replicas'),
    declared: {},
    base: { replicas: 3 },
    live: { replicas: 7 },
    expected: { replicas: 7 },
    left: ['/spec/replicas'],
  },
  {
    title: 'an ignored field that somebody took away is not added again',
    leave: ignoring('/spec/replicas', '/spec/data/*'),
    declared: { replicas: 3, data: { a: '1' } },
    live: { data: { b: '1' } },
    expected: { data: { b: '1' } },
    left: ['/spec/replicas', '/spec/data/a'],
  },
  {
    title: 'an ignored field that Git sets to null stays',
    leave: ignoring('/spec/replicas'),
    declared: { replicas: null },
    base: {},
    live: { replicas: 7 },
    expected: { replicas: 7 },
    left: ['/spec/replicas'],
  },
  {
    title: 'a field is ignored in one element of a list, by its key',
    leave: ignoring('/spec/containers/[name=app]/image'),
    declared: { containers: [app, side] },
    live: {
      containers: [
        { ...side, image: 'x' },
        { ...app, image: 'y' },
      ],
    },
    expected: { containers: [side, { ...app, image: 'y' }] },
    left: ['/spec/containers/[name=app]/image'],
  },
  {
    title: 'and in all of them',
    leave: ignoring('/spec/containers/*/image'),
    declared: { containers: [app, { ...side, cpu: '1' }] },
    live: {
      containers: [
        { ...app, image: 'y' },
        { ...side, image: 'x' },
      ],
    },
    expected: {
      containers: [
        { ...app, image: 'y' },
        { ...side, image: 'x', cpu: '1' },
      ],
    },
    left: ['/spec/containers/[name=app]/image', '/spec/containers/[name=side]/image'],
  },
  {
    title: 'a new element comes with its ignored fields: they are set once',
    leave: ignoring('/spec/containers/*/image'),
    declared: { containers: [app, side] },
    live: { containers: [{ ...app, image: 'y' }] },
    expected: { containers: [{ ...app, image: 'y' }, side] },
    left: ['/spec/containers/[name=app]/image'],
  },
  {
    title: 'what is added comes without its ignored parts, and not at all where nothing else is in it',
    leave: ignoring('/spec/strategy/surge', '/spec/data/*', '/spec/tags/[=a]', '/spec/selector/zone'),
    declared: {
      strategy: { type: 'a', surge: '1' },
      data: { a: '1' },
      tags: ['a'],
      selector: { zone: 'a', app: 'x' },
    },
    live: {},
    expected: { strategy: { type: 'a' }, selector: { app: 'x' } },
    left: ['/spec/data', '/spec/tags'],
  },
  {
    title: 'an element that Git gives up goes with its ignored fields',
    leave: ignoring('/spec/containers/*/image'),
    declared: { containers: [app] },
    base: { containers: [app, side] },
    live: { containers: [app, { ...side, image: 'x' }] },
    expected: { containers: [app] },
    left: [],
  },
  {
    title: 'an ignored element is neither changed nor added nor removed',
    leave: ignoring('/spec/containers/[name=side]', '/spec/containers/[name=new]', '/spec/tags/[=kept]'),
    declared: { containers: [app, { name: 'new' }], tags: ['a'] },
    base: { containers: [app, side], tags: ['a', 'b', 'kept'] },
    live: { containers: [app, side], tags: ['b', 'kept'] },
    expected: { containers: [app, side], tags: ['kept', 'a'] },
    left: ['/spec/containers/[name=side]', '/spec/containers/[name=new]', '/spec/tags/[=kept]'],
  },
  {
    title: 'of a struct that Git gives up the ignored part stays',
    leave: ignoring('/spec/strategy/surge'),
    declared: {},
    base: { strategy: { type: 'a', surge: '1' } },
    live: { strategy: { type: 'a', surge: '2' } },
    expected: { strategy: { surge: '2' } },
    left: ['/spec/strategy/surge'],
  },
  {
    title: 'a struct that has nothing of the ignored part goes as a whole',
    leave: ignoring('/spec/strategy/surge'),
    declared: {},
    base: { strategy: { type: 'a' } },
    live: { strategy: { type: 'a', other: 'defaulted' } },
    expected: {},
    left: [],
  },
  {
    title: 'an atomic map that differs only in ignored parts stays',
    leave: ignoring('/spec/selector/zone'),
    declared: { selector: { app: 'x', zone: 'a' } },
    live: { selector: { app: 'x', zone: 'b' } },
    expected: { selector: { app: 'x', zone: 'b' } },
    left: ['/spec/selector'],
  },
  {
    title: 'an atomic map that differs elsewhere, too, is replaced with its ignored parts as they are',
    leave: ignoring('/spec/selector/zone', '/spec/selector/gone'),
    declared: { selector: { app: 'y', zone: 'a', gone: 'a' } },
    live: { selector: { app: 'x', zone: 'b' } },
    expected: { selector: { app: 'y', zone: 'b' } },
    left: [],
  },
  {
    title: 'so is an atomic list, elements by a key or by their place',
    leave: ignoring('/spec/rules/[host=a]/port', '/spec/rules/1/port'),
    declared: {
      rules: [
        { host: 'a', port: 1 },
        { host: 'b', port: 1 },
        { host: 'c', port: 1 },
      ],
    },
    live: {
      rules: [
        { host: 'x', port: 7 },
        { host: 'a', port: 8 },
      ],
    },
    expected: {
      rules: [
        { host: 'a', port: 8 },
        { host: 'b', port: 8 },
        { host: 'c', port: 1 },
      ],
    },
    left: [],
  },
  {
    title: 'an atomic list that differs only in ignored parts stays',
    leave: ignoring('/spec/rules/*/port'),
    declared: { rules: [{ host: 'a', port: 1 }, { host: 'b' }] },
    live: {
      rules: [
        { host: 'a', port: 7 },
        { host: 'b', port: 8 },
      ],
    },
    expected: {
      rules: [
        { host: 'a', port: 7 },
        { host: 'b', port: 8 },
      ],
    },
    left: ['/spec/rules'],
  },
  {
    title: 'what a manager owns is neither changed nor removed',
    leave: { ...leaveNothing, owned: [others({ 'f:spec': { 'f:replicas': {}, 'f:data': { 'f:a': {} } } })] },
    declared: { replicas: 3, data: { b: '1' } },
    base: { replicas: 3, data: { a: '1', b: '1' } },
    live: { replicas: 7, data: { a: '2', b: '2' } },
    expected: { replicas: 7, data: { a: '2', b: '1' } },
    left: ['/spec/replicas', '/spec/data/a'],
  },
  {
    title: 'of an element a manager keeps the fields that it owns',
    leave: {
      ...leaveNothing,
      owned: [
        others({
          'f:spec': { 'f:containers': { 'k:{"name":"app"}': { '.': {}, 'f:name': {}, 'f:image': {} } } },
        }),
      ],
    },
    declared: { containers: [{ ...app, cpu: '1' }] },
    live: { containers: [{ ...app, image: 'theirs', cpu: '2' }] },
    expected: { containers: [{ ...app, image: 'theirs', cpu: '1' }] },
    left: ['/spec/containers/[name=app]/image'],
  },
  {
    title: 'what was left before is left again, with exactly those values',
    leave: {
      ...leaveNothing,
      remembered: new Map(
        ['/spec/replicas', '/spec/strategy/type'].map((pointer) => [
          pointer,
          { pointer, declared: 3, live: 7, why: { reason: 'autoscaled', autoscaler: 'x' } },
        ]),
      ),
    },
    declared: { replicas: 3, strategy: { type: 'a' } },
    live: { replicas: 7, strategy: { type: 'b' } },
    expected: { replicas: 7, strategy: { type: 'a' } },
    left: ['/spec/replicas'],
  },
]

function merged({ leave, declared, base, live }: Omit<Case, 'title' | 'expected' | 'left'>) {
  const from = { kind: 'object', object: thing(base ?? declared) } as const
  return mergeLeaving({ declared: thing(declared), base: from, live: thing(live), schema, leave })
}

for (const { title, expected, left: leftPointers, ...given } of cases) {
  test(title, (t) => {
    const { operations, left } = merged(given)
    const after = patched(thing(given.live) as never, operations) as KubernetesObject
    t.deepEqual(after, thing(expected))
    t.deepEqual(
      left.map(({ pointer }) => pointer),
      [...leftPointers],
    )
    t.deepEqual(merged({ ...given, base: given.declared, live: expected }).operations, [])
  })
}

test('why a field is left, and its two values, are told', (t) => {
  const leave = {
    ...ignoring('/spec/replicas'),
    owned: [others({ 'f:spec': { 'f:strategy': { 'f:type': {} } } })],
  }
  const { left } = merged({
    leave,
    declared: { replicas: 3, strategy: {} },
    base: { replicas: 3, strategy: { type: 'a' } },
    live: { replicas: 7, strategy: { type: 'b' } },
  })
  t.deepEqual(left, [
    { pointer: '/spec/replicas', declared: 3, live: 7, why: { reason: 'ignored', rule: '/spec/replicas' } },
    {
      pointer: '/spec/strategy/type',
      declared: undefined,
      live: 'b',
      why: { reason: 'owned', manager: 'other' },
    },
  ] satisfies IgnoredField[])
})

test('what is left is no difference that could settle', (t) => {
  const declared = thing({ replicas: 3, strategy: { type: 'a' } })
  const live = thing({ replicas: 7, strategy: { type: 'b' } })
  t.deepEqual(
    differences(declared, live, schema, ignoring('/spec/replicas')).map(({ pointer }) => pointer),
    ['/spec/strategy/type'],
  )
})

const bookkeeping = { 'reeve.dev/repository': 'fleet', 'reeve.dev/installation': 'acme' }

for (const pointer of ['', '/metadata', '/metadata/labels', '/metadata/labels/*']) {
  test(`what Reeve puts on every object is never ignored, not by ${JSON.stringify(pointer)}`, (t) => {
    const labels: JsonValue = { ...bookkeeping, team: 'ours' }
    const declared = thing({}, { labels })
    const merge = (live: KubernetesObject) =>
      patched(
        live as never,
        mergeLeaving({ declared, base: { kind: 'none' }, live, schema, leave: ignoring(pointer) }).operations,
      ) as KubernetesObject
    const before = thing({}, { labels: { 'reeve.dev/installation': 'else', team: 'theirs' } })
    t.deepEqual(merge(before).metadata.labels, { ...bookkeeping, team: 'theirs' })
    t.deepEqual(merge(thing({})).metadata.labels, bookkeeping as never)
  })
}
