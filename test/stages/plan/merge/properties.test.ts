import { deepEqual, ok } from 'node:assert/strict'
import test, { type ExecutionContext } from 'ava'
import fc from 'fast-check'
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '../../../../src/model/json.ts'
import type { KubernetesObject } from '../../../../src/model/object.ts'
import { type MergeBase, merge } from '../../../../src/stages/plan/merge/merge.ts'
import { ownObject } from '../../../../src/stages/plan/schema/raw-schema.ts'
import { patched, served } from '../helpers/api-server-model.ts'
import { fieldsOf } from '../helpers/fields-of.ts'
import { type Leaf, leaves, ownedElements, ownedPaths } from '../helpers/leaves.ts'
import { others } from '../helpers/others.ts'
import type { Shape } from '../helpers/shapes.ts'
import { elementName } from '../helpers/values.ts'
import { below, shuffled, specOf, thing, type World, worlds } from '../helpers/world.ts'

// More by REEVE_PROPERTY_RUNS=20000; a failure prints the seed and path to run it again.
const numRuns = Number(process.env.REEVE_PROPERTY_RUNS ?? 1500)

function holds(t: ExecutionContext, property: (world: World) => void): void {
  t.notThrows(() => fc.assert(fc.property(worlds, property), { numRuns }))
}

/** What the API server holds after the plan. */
function applied(world: World, live: KubernetesObject, base: MergeBase): KubernetesObject {
  const { declared, schema, foreign, shape } = world
  const patch = merge({ declared, base, live, schema, foreign: [others(foreign)] })
  return thing(served(specOf(patched(live as never, patch)), shape))
}

function fromGit({ base }: World): MergeBase {
  return { kind: 'object', object: base }
}

/** The same base, as far as managedFields tell it. */
function fromManagedFields({ base, shape }: World): MergeBase {
  return { kind: 'fields', fields: [{ 'f:spec': fieldsOf(specOf(base), shape) }] }
}

const bases = { 'the old commit': fromGit, managedFields: fromManagedFields }

/** Null is as good as nothing. */
function leavesOf(object: KubernetesObject, { shape }: World): readonly Leaf[] {
  return leaves(specOf(object), shape).filter(([, value]) => value !== null)
}

function foreignPaths({ foreign }: World): readonly string[] {
  return ownedPaths(ownObject(foreign, 'f:spec'))
}

/** Elements that another writer put there, too. */
function keptElements({ foreign }: World): readonly string[] {
  return ownedElements(ownObject(foreign, 'f:spec'))
}

function isWithin(path: string, place: string): boolean {
  return path === place || path.startsWith(`${place} `)
}

function isBelow(path: string, place: string): boolean {
  return path !== place && isWithin(path, place)
}

/** Elements that Git gives up: they go with what others put in them, unless they are others', too. */
function elementsThatGo(world: World): readonly string[] {
  const stay = new Set([...leavesOf(world.declared, world).map(([path]) => path), ...keptElements(world)])
  const elements = leavesOf(world.base, world).filter(([path, value]) => value === true && path.endsWith(']'))
  return elements.map(([path]) => path).filter((path) => !stay.has(path))
}

for (const [source, baseOf] of Object.entries(bases)) {
  test(`after applying a plan the next plan is empty (base from ${source})`, (t) => {
    holds(t, (world) => {
      const { declared, schema, foreign } = world
      const live = applied(world, world.live, baseOf(world))
      for (const base of [{ kind: 'none' }, { kind: 'object', object: declared }] as const) {
        deepEqual(merge({ declared, base, live, schema, foreign: [others(foreign)] }), [])
      }
    })
  })

  test(`fields that nobody declared stay as they are (base from ${source})`, (t) => {
    holds(t, (world) => {
      const after = new Map(leavesOf(applied(world, world.live, baseOf(world)), world))
      const going = elementsThatGo(world)
      const owned = foreignPaths(world).filter((place) => !going.some((element) => isBelow(place, element)))
      for (const [path, value] of leavesOf(world.live, world)) {
        if (owned.some((place) => isWithin(path, place))) deepEqual(after.get(path), value, path)
      }
    })
  })

  test(`fields that Git declared and no longer does are gone, or back to their default (base from ${source})`, (t) => {
    holds(t, (world) => {
      const after = new Map(leavesOf(applied(world, world.live, baseOf(world)), world))
      const kept = [...leavesOf(world.declared, world).map(([path]) => path), ...foreignPaths(world)]
      const elements = keptElements(world)
      for (const [path] of leavesOf(world.base, world)) {
        if (elements.includes(path)) continue
        if (kept.some((place) => isWithin(path, place) || isWithin(place, path))) continue
        ok(!after.has(path) || isDefault(after.get(path)), path)
      }
    })
  })
}

function isDefault(value: unknown): boolean {
  return value === 'preset' || value === 7
}

test('the order of keys and of the elements of map lists and sets never makes a difference', (t) => {
  holds(t, (world) => {
    const { shape, schema, foreign } = world
    const mixed = (object: KubernetesObject): KubernetesObject => thing(shuffled(specOf(object), shape))
    const live = applied(world, world.live, fromGit(world))
    const declared = mixed(world.declared)
    deepEqual(merge({ declared, base: { kind: 'none' }, live, schema, foreign: [others(foreign)] }), [])
    const base: MergeBase = { kind: 'object', object: mixed(world.base) }
    const other = applied({ ...world, declared }, mixed(world.live), base)
    deepEqual(sorted(leavesOf(other, world)), sorted(leavesOf(live, world)))
  })
})

function sorted(list: readonly Leaf[]): readonly string[] {
  return list.map((leaf) => JSON.stringify(leaf)).sort()
}

/** The elements of map lists and sets at the top of a spec, in their order. */
function ordersOf(object: KubernetesObject, { shape }: World): ReadonlyMap<string, readonly string[]> {
  const lists = Object.entries(specOf(object) as JsonObject).filter(([name, value]) => {
    const field = below(shape, name)
    return isJsonArray(value) && field.type === 'list' && field.merge !== 'atomic'
  })
  return new Map(
    lists.map(([name, list]) => [
      name,
      (list as readonly JsonValue[]).map((each) => (isJsonObject(each) ? elementName(each) : String(each))),
    ]),
  )
}

test('where Git puts elements into another order, they are live in that order', (t) => {
  holds(t, (world) => {
    const base: MergeBase = {
      kind: 'object',
      object: thing(shuffled(specOf(world.declared), world.shape)),
    }
    const after = ordersOf(applied(world, world.live, base), world)
    for (const [name, wanted] of ordersOf(world.declared, world)) {
      const there = ordersOf(world.live, world).get(name) ?? []
      const common = wanted.filter((key) => there.includes(key))
      deepEqual(
        (after.get(name) ?? []).filter((key) => common.includes(key)),
        common,
      )
    }
  })
})

/** The value with the first element of every map list and set in it a second time. */
function withDuplicates(value: JsonValue, shape: Shape): JsonValue {
  if (isJsonArray(value)) {
    const isKeyed = shape.type === 'list' && shape.merge !== 'atomic'
    return isKeyed && value.length > 0 ? [...value, value[0] ?? null] : value
  }
  if (!isJsonObject(value)) return value
  const entries = Object.entries(value).map(([name, entry]) => [
    name,
    withDuplicates(entry, below(shape, name)),
  ])
  return Object.fromEntries(entries)
}

for (const side of ['declared', 'live', 'base'] as const) {
  test(`a list that has an element twice (${side}) is as Git has it in the end, and stays so`, (t) => {
    holds(t, (plain) => {
      const twice = thing(withDuplicates(specOf(plain[side]), plain.shape))
      const world: World = { ...plain, [side]: twice }
      const { declared, schema, shape } = world
      const live = applied(world, world.live, fromGit(world))
      for (const base of [{ kind: 'none' }, { kind: 'object', object: declared }] as const)
        deepEqual(merge({ declared, base, live, schema }), [])
      const expected = served(specOf(declared), shape)
      for (const [name, list] of Object.entries(expected as JsonObject)) {
        if (side === 'base' || !isJsonArray(list) || !hasTwice(specOf(twice), name)) continue
        deepEqual((specOf(live) as JsonObject)[name], list)
      }
    })
  })
}

function hasTwice(spec: JsonValue, name: string): boolean {
  const list = (spec as JsonObject)[name]
  const all = isJsonArray(list) ? list.map((each) => JSON.stringify(each)) : []
  return new Set(all).size < all.length
}
