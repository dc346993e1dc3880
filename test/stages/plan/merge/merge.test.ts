import test from 'ava'
import type { JsonObject, JsonValue } from '../../../../src/model/json.ts'
import type { KubernetesObject } from '../../../../src/model/object.ts'
import type { PatchOperation } from '../../../../src/model/plan.ts'
import { type MergeBase, merge } from '../../../../src/stages/plan/merge/merge.ts'
import { patched } from '../helpers/api-server-model.ts'
import { compileSchema } from '../helpers/compile-schema.ts'
import { others } from '../helpers/others.ts'

const string = { type: 'string' }
const container = {
  type: 'object',
  properties: {
    name: string,
    image: string,
    cpu: { $ref: '#/components/schemas/io.k8s.apimachinery.pkg.api.resource.Quantity' },
    env: mapList({ name: string, value: string }, ['name']),
    ports: mapList(
      { port: { type: 'integer' }, protocol: { type: 'string', default: 'TCP' }, label: string },
      ['port', 'protocol'],
    ),
    probe: { type: 'object', properties: { path: string, period: { type: 'integer' } } },
  },
}
const spec = {
  type: 'object',
  properties: {
    replicas: { type: 'integer' },
    args: { type: 'array', items: string },
    selector: { type: 'object', additionalProperties: string, 'x-kubernetes-map-type': 'atomic' },
    containers: { ...mapList({}, ['name']), items: container },
    volumes: {
      ...mapList(
        {
          name: string,
          emptyDir: { type: 'object', properties: {} },
          configMap: { type: 'object', properties: { name: string } },
        },
        ['name'],
      ),
      'x-kubernetes-patch-strategy': 'merge,retainKeys',
    },
    strategy: {
      type: 'object',
      properties: { type: string, rollingUpdate: { type: 'object', properties: { surge: string } } },
      'x-kubernetes-patch-strategy': 'retainKeys',
    },
    free: { 'x-kubernetes-preserve-unknown-fields': true },
  },
}

function mapList(properties: JsonObject, keys: readonly string[]): JsonObject {
  return {
    type: 'array',
    items: { type: 'object', properties },
    'x-kubernetes-list-type': 'map',
    'x-kubernetes-list-map-keys': keys,
  }
}

const gvk = { group: 'apps', version: 'v1', kind: 'Thing' }
const schema = compileSchema(
  {
    components: {
      schemas: {
        'io.k8s.apimachinery.pkg.api.resource.Quantity': { oneOf: [string] },
        'io.k8s.api.apps.v1.Thing': {
          type: 'object',
          properties: { spec },
          'x-kubernetes-group-version-kind': [gvk],
        },
      },
    },
  },
  gvk,
)

function thing(spec: JsonValue, metadata: JsonObject = {}): KubernetesObject {
  return { apiVersion: 'apps/v1', kind: 'Thing', metadata: { name: 'x', ...metadata }, spec }
}

interface Case {
  readonly title: string
  readonly declared: JsonObject
  /** The same as declared where it is missing. */
  readonly base?: JsonObject
  readonly live: JsonObject
  readonly foreign?: JsonObject
  readonly expected: readonly PatchOperation[]
}

const app = { name: 'app', image: 'a:1' }
const sidecar = { name: 'sidecar', image: 's:1' }

const cases: readonly Case[] = [
  {
    title: 'nothing to do gives no operation',
    declared: { replicas: 1 },
    live: { replicas: 1, args: ['x'] },
    expected: [],
  },
  {
    title: 'a changed scalar is replaced',
    declared: { replicas: 2 },
    live: { replicas: 1 },
    expected: [{ op: 'replace', path: '/spec/replicas', value: 2 }],
  },
  {
    title: 'a key that others changed is put back, and the rest of the element stays',
    declared: {
      containers: [
        {
          name: 'app',
          ports: [
            { port: 80, label: 'web' },
            { port: 443, label: 'tls' },
          ],
        },
      ],
    },
    live: {
      containers: [
        {
          name: 'app',
          ports: [
            { port: 81, protocol: 'TCP', label: 'web', more: 1 },
            { port: 443, protocol: 'TCP', label: 'tls' },
          ],
        },
      ],
    },
    expected: [{ op: 'replace', path: '/spec/containers/0/ports/0/port', value: 80 }],
  },
  {
    title: 'a changed protocol is put back as well',
    declared: { containers: [{ name: 'app', ports: [{ port: 53 }] }] },
    live: { containers: [{ name: 'app', ports: [{ port: 53, protocol: 'UDP' }] }] },
    expected: [{ op: 'replace', path: '/spec/containers/0/ports/0/protocol', value: 'TCP' }],
  },
  {
    title: 'an element of others beside a missing one stays',
    declared: { containers: [{ name: 'app', ports: [{ port: 80, label: 'web' }] }] },
    live: { containers: [{ name: 'app', ports: [{ port: 9090, protocol: 'TCP', label: 'metrics' }] }] },
    expected: [{ op: 'add', path: '/spec/containers/0/ports/-', value: { port: 80, label: 'web' } }],
  },
  {
    title: 'an element that is like two of others is added',
    declared: { containers: [{ name: 'app', ports: [{ port: 80, label: 'web' }] }] },
    live: {
      containers: [
        {
          name: 'app',
          ports: [
            { port: 81, protocol: 'TCP', label: 'web' },
            { port: 82, protocol: 'TCP', label: 'web' },
          ],
        },
      ],
    },
    expected: [{ op: 'add', path: '/spec/containers/0/ports/-', value: { port: 80, label: 'web' } }],
  },
  {
    title: 'an environment variable of another name is another one',
    declared: { containers: [{ name: 'app', env: [{ name: 'A', value: 'true' }] }] },
    live: { containers: [{ name: 'app', env: [{ name: 'B', value: 'true' }] }] },
    expected: [{ op: 'add', path: '/spec/containers/0/env/-', value: { name: 'A', value: 'true' } }],
  },
  {
    title: 'a missing field is added',
    declared: { replicas: 2 },
    live: {},
    expected: [{ op: 'add', path: '/spec/replicas', value: 2 }],
  },
  {
    title: 'a live null is replaced',
    declared: { replicas: 2 },
    live: { replicas: null },
    expected: [{ op: 'replace', path: '/spec/replicas', value: 2 }],
  },
  {
    title: 'a field that only base declared is removed',
    declared: {},
    base: { replicas: 1 },
    live: { replicas: 1 },
    expected: [{ op: 'remove', path: '/spec/replicas' }],
  },
  {
    title: 'a field that base declared and that is gone already needs nothing',
    declared: {},
    base: { replicas: 1 },
    live: {},
    expected: [],
  },
  {
    title: 'a null that is new in Git removes a live field, whoever set it',
    declared: { replicas: null },
    base: {},
    live: { replicas: 1 },
    expected: [{ op: 'remove', path: '/spec/replicas' }],
  },
  {
    title: 'a null that Git declared before is no difference: the server may have put its default there',
    declared: { replicas: null },
    live: { replicas: 1 },
    expected: [],
  },
  { title: 'null and no field are the same', declared: { replicas: null }, live: {}, expected: [] },
  {
    title: 'an atomic list is replaced as a whole',
    declared: { args: ['b', 'a'] },
    live: { args: ['a', 'b'] },
    expected: [{ op: 'replace', path: '/spec/args', value: ['b', 'a'] }],
  },
  {
    title: 'an atomic map is replaced as a whole',
    declared: { selector: { a: 'b' } },
    live: { selector: { a: 'b', c: 'd' } },
    expected: [{ op: 'replace', path: '/spec/selector', value: { a: 'b' } }],
  },
  {
    title: 'an element of a map list is changed in its place',
    declared: { containers: [{ name: 'app', image: 'a:2' }] },
    live: { containers: [sidecar, app] },
    expected: [{ op: 'replace', path: '/spec/containers/1/image', value: 'a:2' }],
  },
  {
    title: 'elements that others added stay',
    declared: { containers: [app] },
    live: { containers: [sidecar, app] },
    expected: [],
  },
  {
    title: 'an element that Git no longer declares is removed',
    declared: { containers: [app] },
    base: { containers: [app, sidecar] },
    live: { containers: [app, sidecar] },
    expected: [{ op: 'remove', path: '/spec/containers/1' }],
  },
  {
    title: 'elements are removed from the end, so that indices hold',
    declared: { containers: [{ name: 'b' }] },
    base: { containers: [{ name: 'a' }, { name: 'b' }, { name: 'c' }] },
    live: { containers: [{ name: 'a' }, { name: 'b' }, { name: 'c' }] },
    expected: [
      { op: 'remove', path: '/spec/containers/2' },
      { op: 'remove', path: '/spec/containers/0' },
    ],
  },
  {
    title: 'a new last element is appended',
    declared: { containers: [app, sidecar] },
    live: { containers: [app] },
    expected: [{ op: 'add', path: '/spec/containers/-', value: sidecar }],
  },
  {
    title: 'a new element goes after the one that precedes it in Git',
    declared: { containers: [app, { name: 'new' }, sidecar] },
    live: { containers: [app, sidecar] },
    expected: [{ op: 'add', path: '/spec/containers/1', value: { name: 'new' } }],
  },
  {
    title: 'a new first element goes before the next one of Git',
    declared: { containers: [{ name: 'new' }, app] },
    live: { containers: [sidecar, app] },
    expected: [{ op: 'add', path: '/spec/containers/1', value: { name: 'new' } }],
  },
  {
    title: 'an element that takes the place of another one',
    declared: { containers: [{ name: 'new' }] },
    base: { containers: [app] },
    live: { containers: [app] },
    expected: [
      { op: 'remove', path: '/spec/containers/0' },
      { op: 'add', path: '/spec/containers/-', value: { name: 'new' } },
    ],
  },
  {
    title: 'the order of elements alone is no difference',
    declared: { containers: [sidecar, app] },
    live: { containers: [app, sidecar] },
    expected: [],
  },
  {
    title: 'several keys tell elements apart, with their defaults',
    declared: {
      containers: [
        {
          name: 'app',
          ports: [
            { port: 53, label: 'tcp' },
            { port: 53, protocol: 'UDP', label: 'udp' },
          ],
        },
      ],
    },
    live: {
      containers: [
        {
          name: 'app',
          ports: [
            { port: 53, protocol: 'UDP', label: 'old' },
            { port: 53, protocol: 'TCP', label: 'tcp' },
          ],
        },
      ],
    },
    expected: [{ op: 'replace', path: '/spec/containers/0/ports/0/label', value: 'udp' }],
  },
  {
    title: 'a key is never removed from the element it names',
    declared: { containers: [{ name: 'app', ports: [{ port: 53 }] }] },
    base: { containers: [{ name: 'app', ports: [{ port: 53, protocol: 'TCP' }] }] },
    live: { containers: [{ name: 'app', ports: [{ port: 53, protocol: 'TCP' }] }] },
    expected: [],
  },
  {
    title: 'lists within lists merge',
    declared: { containers: [{ name: 'app', env: [{ name: 'A', value: '1' }] }] },
    base: {
      containers: [
        {
          name: 'app',
          env: [
            { name: 'A', value: '1' },
            { name: 'B', value: '2' },
          ],
        },
      ],
    },
    live: {
      containers: [
        {
          name: 'app',
          env: [
            { name: 'B', value: '2' },
            { name: 'A', value: '9' },
            { name: 'C', value: '3' },
          ],
        },
      ],
    },
    expected: [
      { op: 'replace', path: '/spec/containers/0/env/1/value', value: '1' },
      { op: 'remove', path: '/spec/containers/0/env/0' },
    ],
  },
  {
    title: 'a key twice in Git makes the list one value',
    declared: {
      containers: [
        {
          name: 'app',
          env: [
            { name: 'A', value: '1' },
            { name: 'A', value: '2' },
          ],
        },
      ],
    },
    live: { containers: [{ name: 'app', env: [{ name: 'A', value: '1' }] }] },
    expected: [
      {
        op: 'replace',
        path: '/spec/containers/0/env',
        value: [
          { name: 'A', value: '1' },
          { name: 'A', value: '2' },
        ],
      },
    ],
  },
  {
    title: 'a key twice in the live list makes it one value',
    declared: { containers: [{ name: 'app', env: [{ name: 'A', value: '1' }] }] },
    live: {
      containers: [
        {
          name: 'app',
          env: [
            { name: 'A', value: '1' },
            { name: 'A', value: '2' },
          ],
        },
      ],
    },
    expected: [{ op: 'replace', path: '/spec/containers/0/env', value: [{ name: 'A', value: '1' }] }],
  },
  {
    title: 'a list that Git no longer declares goes, but for the elements of others',
    declared: {},
    base: { containers: [app] },
    live: { containers: [app, sidecar] },
    expected: [{ op: 'remove', path: '/spec/containers/0' }],
  },
  {
    title: 'a list goes as a whole where no element is left',
    declared: {},
    base: { containers: [app] },
    live: { containers: [app] },
    expected: [{ op: 'remove', path: '/spec/containers' }],
  },
  {
    title: 'a list declared empty becomes empty',
    declared: { containers: [] },
    base: { containers: [app] },
    live: { containers: [app] },
    expected: [{ op: 'replace', path: '/spec/containers', value: [] }],
  },
  {
    title: 'a struct goes with what the server defaulted in it',
    declared: { containers: [app] },
    base: { containers: [{ ...app, probe: { path: '/' } }] },
    live: { containers: [{ ...app, probe: { path: '/', period: 10 } }] },
    expected: [{ op: 'remove', path: '/spec/containers/0/probe' }],
  },
  {
    title: 'of a struct in which another writer owns a part only that stays',
    declared: { containers: [app] },
    base: { containers: [{ ...app, probe: { path: '/' } }] },
    live: { containers: [{ ...app, probe: { path: '/', period: 10 } }] },
    foreign: { 'f:spec': { 'f:containers': { 'k:{"name":"app"}': { 'f:probe': { 'f:period': {} } } } } },
    expected: [{ op: 'remove', path: '/spec/containers/0/probe/path' }],
  },
  {
    title: 'a field that another writer owns stays though Git gives it up',
    declared: {},
    base: { replicas: 1 },
    live: { replicas: 5 },
    foreign: { 'f:spec': { 'f:replicas': {} } },
    expected: [],
  },
  {
    title: "an element that another writer put there, too, stays, without what was Git's",
    declared: {},
    base: { containers: [app] },
    live: { containers: [{ ...app, cpu: '1' }] },
    foreign: { 'f:spec': { 'f:containers': { 'k:{"name":"app"}': { '.': {}, 'f:cpu': {} } } } },
    expected: [{ op: 'remove', path: '/spec/containers/0/image' }],
  },
  {
    title: 'what base has twice is removed once',
    declared: {},
    base: { containers: [app, app] },
    live: { containers: [{ ...app, cpu: '1' }] },
    foreign: { 'f:spec': { 'f:containers': { 'k:{"name":"app"}': { '.': {}, 'f:cpu': {} } } } },
    expected: [{ op: 'remove', path: '/spec/containers/0/image' }],
  },
  {
    title: 'an element goes with what another writer put in it',
    declared: { containers: [sidecar] },
    base: { containers: [app, sidecar] },
    live: { containers: [{ ...app, cpu: '1', env: [{ name: 'A' }] }, sidecar] },
    foreign: {
      'f:spec': {
        'f:containers': {
          'k:{"name":"app"}': {
            'f:cpu': {},
            'f:env': { '.': {}, 'k:{"name":"A"}': { '.': {}, 'f:name': {} } },
          },
        },
      },
    },
    expected: [{ op: 'remove', path: '/spec/containers/0' }],
  },
  {
    title: 'an order that Git changes is that of the live list, others keep their places',
    declared: { containers: [{ name: 'b' }, { name: 'new' }, { ...app, image: 'a:2' }] },
    base: { containers: [app, { name: 'b' }, { name: 'gone' }] },
    live: { containers: [app, sidecar, { name: 'gone' }, { name: 'b', cpu: '1' }] },
    expected: [
      {
        op: 'replace',
        path: '/spec/containers',
        value: [{ name: 'b', cpu: '1' }, sidecar, { name: 'gone' }, app],
      },
      { op: 'replace', path: '/spec/containers/3/image', value: 'a:2' },
      { op: 'remove', path: '/spec/containers/2' },
      { op: 'add', path: '/spec/containers/1', value: { name: 'new' } },
    ],
  },
  {
    title: 'an order that Git changed to what is live already needs nothing',
    declared: { containers: [sidecar, app] },
    base: { containers: [app, sidecar] },
    live: { containers: [sidecar, app] },
    expected: [],
  },
  {
    title: 'an order that Git did not change is left as it is',
    declared: { containers: [app, sidecar, { name: 'new' }] },
    base: { containers: [{ name: 'gone' }, app, sidecar] },
    live: { containers: [sidecar, app] },
    expected: [{ op: 'add', path: '/spec/containers/1', value: { name: 'new' } }],
  },
  {
    title: 'quantities are equal by value',
    declared: { containers: [{ name: 'app', cpu: '1000m' }] },
    live: { containers: [{ name: 'app', cpu: '1' }] },
    expected: [],
  },
  {
    title: 'another source of a volume takes the place of the old one, defaulted or not',
    declared: { volumes: [{ name: 'v', configMap: { name: 'c' } }] },
    base: { volumes: [{ name: 'v' }] },
    live: { volumes: [{ name: 'v', emptyDir: {} }] },
    expected: [
      { op: 'add', path: '/spec/volumes/0/configMap', value: { name: 'c' } },
      { op: 'remove', path: '/spec/volumes/0/emptyDir' },
    ],
  },
  {
    title: "a volume's old source is removed once",
    declared: { volumes: [{ name: 'v', configMap: { name: 'c' } }] },
    base: { volumes: [{ name: 'v', emptyDir: {} }] },
    live: { volumes: [{ name: 'v', emptyDir: {} }] },
    expected: [
      { op: 'add', path: '/spec/volumes/0/configMap', value: { name: 'c' } },
      { op: 'remove', path: '/spec/volumes/0/emptyDir' },
    ],
  },
  {
    title: "a change inside a volume's source removes nothing",
    declared: { volumes: [{ name: 'v', configMap: { name: 'c' } }] },
    live: { volumes: [{ name: 'v', configMap: { name: 'b' }, emptyDir: {} }] },
    expected: [{ op: 'replace', path: '/spec/volumes/0/configMap/name', value: 'c' }],
  },
  {
    title: 'another strategy drops the settings of the old one',
    declared: { strategy: { type: 'Recreate' } },
    live: { strategy: { type: 'RollingUpdate', rollingUpdate: { surge: '25%' } } },
    expected: [
      { op: 'replace', path: '/spec/strategy/type', value: 'Recreate' },
      { op: 'remove', path: '/spec/strategy/rollingUpdate' },
    ],
  },
  {
    title: 'unknown parts merge field by field',
    declared: { free: { a: { b: 1 } } },
    live: { free: { a: { b: 2, c: 3 } } },
    expected: [{ op: 'replace', path: '/spec/free/a/b', value: 1 }],
  },
  {
    title: 'unknown lists are one value',
    declared: { free: [{ name: 'a' }] },
    live: { free: [{ name: 'a', x: 1 }] },
    expected: [{ op: 'replace', path: '/spec/free', value: [{ name: 'a' }] }],
  },
  {
    title: "unknown parts that only base declared go, others' stay",
    declared: {},
    base: { free: { a: { b: 1 } } },
    live: { free: { a: { b: 1, c: 2 } } },
    expected: [{ op: 'remove', path: '/spec/free/a/b' }],
  },
  {
    title: 'another type replaces the value',
    declared: { free: { a: 1 } },
    live: { free: { a: { b: 1 } } },
    expected: [{ op: 'replace', path: '/spec/free/a', value: 1 }],
  },
  {
    title: 'names are escaped as RFC 6901 says',
    declared: { free: { 'a/b~c': 1 } },
    live: { free: {} },
    expected: [{ op: 'add', path: '/spec/free/a~1b~0c', value: 1 }],
  },
  {
    title: 'names of Object.prototype are names like any other',
    declared: { free: { constructor: 1, toString: null } },
    live: { free: {} },
    expected: [{ op: 'add', path: '/spec/free/constructor', value: 1 }],
  },
]

for (const { title, declared, base, live, foreign, expected } of cases) {
  test(title, (t) => {
    const from: MergeBase = { kind: 'object', object: thing(base ?? declared) }
    const patch = merge({
      declared: thing(declared),
      base: from,
      live: thing(live),
      schema,
      foreign: foreign ? [others(foreign)] : [],
    })
    t.deepEqual(patch, [...expected])
    t.notThrows(() => patched(thing(live) as never, patch))
  })
}

test('parents that are missing are added with what is in them', (t) => {
  const live: KubernetesObject = { apiVersion: 'apps/v1', kind: 'Thing', metadata: { name: 'x' } }
  const patch = merge({
    declared: thing({ replicas: 1 }, { labels: { a: 'b' } }),
    base: { kind: 'none' },
    live,
    schema,
  })
  t.deepEqual(patch, [
    { op: 'add', path: '/metadata/labels', value: { a: 'b' } },
    { op: 'add', path: '/spec', value: { replicas: 1 } },
  ])
})

test('status and what the server owns in metadata are never patched', (t) => {
  const ours = {
    ...thing(
      {},
      { uid: 'a', resourceVersion: '1', generation: 1, creationTimestamp: null, managedFields: [] },
    ),
    status: { ready: true },
  }
  const live = thing(
    {},
    { uid: 'b', resourceVersion: '2', generation: 2, creationTimestamp: '2024-01-01T00:00:00Z' },
  )
  t.deepEqual(merge({ declared: ours, base: { kind: 'none' }, live, schema }), [])
  t.deepEqual(
    merge({
      declared: thing({}),
      base: { kind: 'object', object: ours },
      live: { ...live, status: { ready: true } },
      schema,
    }),
    [],
  )
})

test('finalizers merge as a set, labels and annotations as maps', (t) => {
  const declared = thing({}, { finalizers: ['b/c'], labels: { a: '1' }, annotations: { 'x/y': '1' } })
  const base = thing({}, { finalizers: ['a/b'], labels: { b: '1' } })
  const live = thing({}, { finalizers: ['z/z', 'a/b'], labels: { a: '1', b: '1', z: '1' } })
  t.deepEqual(merge({ declared, base: { kind: 'object', object: base }, live, schema: undefined }), [
    { op: 'remove', path: '/metadata/finalizers/1' },
    { op: 'add', path: '/metadata/finalizers/-', value: 'b/c' },
    { op: 'remove', path: '/metadata/labels/b' },
    { op: 'add', path: '/metadata/annotations', value: { 'x/y': '1' } },
  ])
})

test('a new element of a set goes after the one that precedes it in Git, too', (t) => {
  const declared = thing({}, { finalizers: ['a/a', 'b/b'] })
  const live = thing({}, { finalizers: ['a/a', 'z/z'] })
  t.deepEqual(merge({ declared, base: { kind: 'none' }, live, schema: undefined }), [
    { op: 'add', path: '/metadata/finalizers/1', value: 'b/b' },
  ])
})

test('a key that others changed is put back, unless another writer has only one like it', (t) => {
  const pods = (...ports: JsonObject[]) => thing({ containers: [{ name: 'a', ports }] })
  const port = (number: number) => ({ port: number, label: 'web' })
  const declared = pods(port(80))
  const live = pods({ ...port(81), protocol: 'TCP' })
  const put = [{ op: 'replace', path: '/spec/containers/0/ports/0/port', value: 80 }] as const
  const added = [{ op: 'add', path: '/spec/containers/0/ports/-', value: port(80) }] as const
  const before = (object: KubernetesObject): MergeBase => ({ kind: 'object', object })
  t.deepEqual(merge({ declared, base: { kind: 'same' }, live, schema }), [...put])
  t.deepEqual(merge({ declared, base: before(declared), live, schema }), [...put])
  t.deepEqual(merge({ declared, base: before(pods(port(79))), live, schema }), [...added])
  t.deepEqual(merge({ declared, base: { kind: 'none' }, live, schema }), [...added])
})

test('of a Secret only data is ever patched', (t) => {
  const secret = (fields: object): KubernetesObject => ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'x' },
    ...fields,
  })
  const patch = merge({
    declared: secret({ stringData: { a: 'new' } }),
    base: { kind: 'object', object: secret({ stringData: { a: 'old', b: 'x' } }) },
    live: secret({ data: { a: 'b2xk', b: 'eA==', c: 'eQ==' } }),
    schema: undefined,
  })
  t.deepEqual(patch, [
    { op: 'replace', path: '/data/a', value: 'bmV3' },
    { op: 'remove', path: '/data/b' },
  ])
})

test('the fields that managedFields name stand in for base', (t) => {
  const fields = {
    'f:metadata': { 'f:labels': { '.': {}, 'f:mine': {} } },
    'f:spec': {
      'f:replicas': {},
      'f:args': {},
      'f:containers': {
        'k:{"name":"app"}': {
          '.': {},
          'f:name': {},
          'f:image': {},
          'f:ports': { 'k:{"port":53,"protocol":"TCP"}': { '.': {}, 'f:port': {} } },
        },
      },
    },
  }
  const live = thing(
    {
      replicas: 1,
      args: ['x'],
      containers: [
        sidecar,
        {
          ...app,
          ports: [
            { port: 53, protocol: 'TCP' },
            { port: 54, protocol: 'TCP' },
          ],
        },
      ],
    },
    { labels: { mine: '1', other: '2' } },
  )
  const patch = merge({
    declared: thing({ containers: [{ name: 'app' }] }),
    base: { kind: 'fields', fields: [fields] },
    live,
    schema,
  })
  t.deepEqual(patch, [
    { op: 'remove', path: '/metadata/labels/mine' },
    { op: 'remove', path: '/spec/containers/1/image' },
    { op: 'remove', path: '/spec/containers/1/ports/0' },
    { op: 'remove', path: '/spec/replicas' },
    { op: 'remove', path: '/spec/args' },
  ])
})
