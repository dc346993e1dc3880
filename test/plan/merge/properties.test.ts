import { deepEqual, ok } from 'node:assert/strict'
import test, { type ExecutionContext } from 'ava'
import fc from 'fast-check'
import type { KubernetesObject } from '../../../src/model/object.ts'
import { type MergeBase, merge } from '../../../src/plan/merge/merge.ts'
import { ownObject } from '../../../src/plan/schema/raw-schema.ts'
import { patched, served } from '../helpers/api-server-model.ts'
import { fieldsOf } from '../helpers/fields-of.ts'
import { type Leaf, leaves, ownedPaths } from '../helpers/leaves.ts'
import { shuffled, specOf, thing, type World, worlds } from '../helpers/world.ts'

// More by REEVE_PROPERTY_RUNS=20000; a failure prints the seed and path to run it again.
const numRuns = Number(process.env.REEVE_PROPERTY_RUNS ?? 1500)

function holds(t: ExecutionContext, property: (world: World) => void): void {
  t.notThrows(() => fc.assert(fc.property(worlds, property), { numRuns }))
}

/** What the API server holds after the plan. */
function applied(world: World, live: KubernetesObject, base: MergeBase): KubernetesObject {
  const { declared, schema, foreign, shape } = world
  const patch = merge({ declared, base, live, schema, foreign: [foreign] })
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

function leavesOf(object: KubernetesObject, { shape }: World): readonly Leaf[] {
  return leaves(specOf(object), shape)
}

function foreignPaths({ foreign }: World): readonly string[] {
  return ownedPaths(ownObject(foreign, 'f:spec'))
}

function isWithin(path: string, place: string): boolean {
  return path === place || path.startsWith(`${place} `)
}

for (const [source, baseOf] of Object.entries(bases)) {
  test(`after applying a plan the next plan is empty (base from ${source})`, (t) => {
    holds(t, (world) => {
      const { declared, schema, foreign } = world
      const live = applied(world, world.live, baseOf(world))
      for (const base of [{ kind: 'none' }, { kind: 'object', object: declared }] as const) {
        deepEqual(merge({ declared, base, live, schema, foreign: [foreign] }), [])
      }
    })
  })

  test(`fields that nobody declared stay as they are (base from ${source})`, (t) => {
    holds(t, (world) => {
      const after = new Map(leavesOf(applied(world, world.live, baseOf(world)), world))
      const owned = foreignPaths(world)
      for (const [path, value] of leavesOf(world.live, world)) {
        if (owned.some((place) => isWithin(path, place))) deepEqual(after.get(path), value, path)
      }
    })
  })

  test(`fields that Git declared and no longer does are gone, or back to their default (base from ${source})`, (t) => {
    holds(t, (world) => {
      const after = new Map(leavesOf(applied(world, world.live, baseOf(world)), world))
      const kept = [...leavesOf(world.declared, world).map(([path]) => path), ...foreignPaths(world)]
      for (const [path] of leavesOf(world.base, world)) {
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
    deepEqual(merge({ declared, base: { kind: 'none' }, live, schema, foreign: [foreign] }), [])
    const base: MergeBase = { kind: 'object', object: mixed(world.base) }
    const other = applied({ ...world, declared }, mixed(world.live), base)
    deepEqual(sorted(leavesOf(other, world)), sorted(leavesOf(live, world)))
  })
})

function sorted(list: readonly Leaf[]): readonly string[] {
  return list.map((leaf) => JSON.stringify(leaf)).sort()
}
