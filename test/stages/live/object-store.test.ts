import test from 'ava'
import { keyOf, type LiveObject } from '../../../src/model/object.ts'
import { type LiveChange, ObjectStore } from '../../../src/stages/live/object-store.ts'

const object = (version: string, uid = 'u', name = 'a', installation = 'acme'): LiveObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: {
    name,
    namespace: 'eu',
    uid,
    resourceVersion: version,
    labels: { 'reeve.dev/installation': installation },
  },
})

const id = '/ConfigMap/eu/a'
const key = keyOf(object('1'))

function storeWith(...objects: LiveObject[]) {
  const changes: LiveChange[] = []
  const store = new ObjectStore((change) => changes.push(change))
  for (const each of objects) store.put(each)
  changes.length = 0
  return { store, changes }
}

test('an older version never replaces a newer one, and the same one is no change', (t) => {
  const { store, changes } = storeWith(object('10'))
  store.put(object('9'))
  store.put(object('10'))
  t.is(store.get(id)?.metadata.resourceVersion, '10')
  t.deepEqual(changes, [])
})

test('a newer version replaces the older one, and the change tells both', (t) => {
  const { store, changes } = storeWith(object('9'))
  store.put(object('10'))
  t.deepEqual(changes, [{ key, before: object('9'), after: object('10') }])
})

test('an object that was deleted does not come back by a late answer to a write', (t) => {
  const { store } = storeWith(object('10'))
  store.remove(key, 'u', '12')
  store.put(object('11'))
  t.is(store.size, 0)
})

test('an object that left the selection can come back in a newer version', (t) => {
  const { store } = storeWith(object('10'))
  store.remove(key, 'u', '12')
  store.put(object('13'))
  t.is(store.size, 1)
})

test('a deletion does not touch another object of the same name', (t) => {
  const { store, changes } = storeWith(object('20', 'second'))
  store.remove(key, 'first', '15')
  store.remove(key, 'first')
  t.is(store.get(id)?.metadata.uid, 'second')
  t.deepEqual(changes, [])
})

test('a deletion that is older than what is known does not count', (t) => {
  const { store } = storeWith(object('20'))
  store.remove(key, 'u', '15')
  t.is(store.size, 1)
})

test('what goes with a kind that is served no more can come back as it was', (t) => {
  const { store, changes } = storeWith(object('10'))
  store.drop('/ConfigMap')
  t.deepEqual(changes, [{ key, before: object('10') }])
  store.put(object('10'))
  t.is(store.size, 1)
})

const listed =
  (version: string, ...items: LiveObject[]) =>
  async () => ({ items, resourceVersion: version })

test('a list tells only differences, and takes out what is not in it', async (t) => {
  const { store, changes } = storeWith(object('1', 'a', 'a'), object('2', 'b', 'b'))
  t.is(await store.relist('/ConfigMap', listed('6', object('1', 'a', 'a'), object('5', 'd', 'd'))), '6')
  t.deepEqual(
    changes.map(({ key, before, after }) => [key.name, before !== undefined, after !== undefined]),
    [
      ['d', false, true],
      ['b', true, false],
    ],
  )
})

test('what came or went after a list was asked for is not undone by it', async (t) => {
  const { store } = storeWith(object('1', 'a', 'a'), object('2', 'b', 'b'))
  await store.relist('/ConfigMap', async () => {
    store.put(object('9', 'c', 'c'))
    store.put(object('10', 'a', 'a'))
    store.remove(keyOf(object('2', 'b', 'b')), 'b')
    return { items: [object('1', 'a', 'a'), object('2', 'b', 'b')], resourceVersion: '6' }
  })
  t.deepEqual(
    [...store.all()].map(({ metadata }) => [metadata.name, metadata.resourceVersion]),
    [
      ['a', '10'],
      ['c', '9'],
    ],
  )
})

test('what was known before a list is as the list says, also where versions began again further back', async (t) => {
  const { store } = storeWith(object('100', 'a', 'a'), object('101', 'b', 'b'), object('103', 'd', 'd'))
  store.remove(keyOf(object('102', 'c', 'c')), 'c', '102')
  store.remove(keyOf(object('103', 'd', 'd')), 'd')
  const items = [object('50', 'a', 'a'), object('51', 'c', 'c'), object('52', 'd', 'd')]
  await store.relist('/ConfigMap', listed('60', ...items))
  t.deepEqual([...store.all()].map(({ metadata }) => [metadata.name, metadata.resourceVersion]).sort(), [
    ['a', '50'],
    ['c', '51'],
    ['d', '52'],
  ])
  store.put(object('61', 'a', 'a'))
  t.is(store.get(id)?.metadata.resourceVersion, '61')
})

test('an object that was not in a list can come back in a newer version', async (t) => {
  const { store } = storeWith(object('10'))
  await store.relist('/ConfigMap', listed('12'))
  store.put(object('11'))
  t.is(store.size, 0)
  store.put(object('13'))
  t.is(store.size, 1)
})

test('a list that fails changes nothing', async (t) => {
  const { store, changes } = storeWith(object('10'))
  await t.throwsAsync(
    store.relist('/ConfigMap', () => Promise.reject(new Error('no'))),
    { message: 'no' },
  )
  t.deepEqual(changes, [])
})

test('an object is found by the installation that its label names now', (t) => {
  const { store } = storeWith(object('1'))
  store.put(object('2', 'u', 'a', 'other'))
  t.deepEqual([...store.byInstallation('acme')], [])
  t.deepEqual([...store.byInstallation('other')], [object('2', 'u', 'a', 'other')])
  store.remove(key, 'u')
  t.deepEqual([...store.byInstallation('other')], [])
})

test('names such as __proto__ are names like any other', (t) => {
  const { store } = storeWith(object('1', 'u', '__proto__', '__proto__'))
  t.is([...store.byInstallation('__proto__')].length, 1)
  t.is(store.get('/ConfigMap/eu/__proto__')?.metadata.uid, 'u')
})
