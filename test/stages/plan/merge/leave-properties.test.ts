import { deepEqual } from 'node:assert/strict'
import test from 'ava'
import fc from 'fast-check'
import { isJsonArray, isJsonObject, type JsonValue } from '../../../../src/model/json.ts'
import { escapeToken } from '../../../../src/model/json-pointer.ts'
import type { KubernetesObject } from '../../../../src/model/object.ts'
import { parsePattern } from '../../../../src/stages/plan/merge/field-pattern.ts'
import { type Leave, leaveNothing } from '../../../../src/stages/plan/merge/leave.ts'
import { type MergeBase, merge } from '../../../../src/stages/plan/merge/merge.ts'
import { patched, served } from '../helpers/api-server-model.ts'
import { others } from '../helpers/others.ts'
import type { Shape } from '../helpers/shapes.ts'
import { below, specOf, thing, type World, worlds } from '../helpers/world.ts'

// More by REEVE_PROPERTY_RUNS=20000; a failure prints the seed and path to run it again.
const numRuns = Number(process.env.REEVE_PROPERTY_RUNS ?? 1500)

interface IgnoringWorld {
  readonly world: World
  readonly pointers: readonly string[]
}

/** A world and some places in its live object that are to be left. */
const ignoringWorlds: fc.Arbitrary<IgnoringWorld> = worlds.chain((world) => {
  const places = [...new Set(placesIn(specOf(world.live), '/spec'))]
  return some(places).map((pointers) => ({ world, pointers }))
})

function some(places: readonly string[]): fc.Arbitrary<readonly string[]> {
  return fc.subarray([...places], { maxLength: Math.min(4, places.length) })
}

/** Pointers to what is in a value; elements by a key or by `*`: an index may be another's after the plan. */
function placesIn(value: JsonValue, pointer: string): readonly string[] {
  if (isJsonArray(value)) {
    return value.flatMap((element) => {
      const name = isJsonObject(element) ? [`[name=${String(element.name)}]`] : [`[=${String(element)}]`]
      const places = ['*', ...name].map((token) => `${pointer}/${escapeToken(token)}`)
      return places.flatMap((place) => [place, ...placesIn(element, place)])
    })
  }
  if (!isJsonObject(value)) return []
  return Object.entries(value).flatMap(([name, entry]) => {
    const place = `${pointer}/${escapeToken(name)}`
    return [place, ...placesIn(entry, place)]
  })
}

function leaving(pointers: readonly string[]): Leave {
  return { ...leaveNothing, ignored: pointers.map(parsePattern) }
}

function applied({ world, pointers }: IgnoringWorld): KubernetesObject {
  const { declared, live, schema, shape, foreign } = world
  const base: MergeBase = { kind: 'object', object: world.base }
  const leave = leaving(pointers)
  const patch = merge({ declared, base, live, schema, leave, foreign: [others(foreign)] })
  return thing(served(specOf(patched(live as never, patch)), shape))
}

test('whatever is ignored, after applying a plan the next plan is empty', (t) => {
  const property = fc.property(ignoringWorlds, (given) => {
    const { declared, schema } = given.world
    const live = applied(given)
    const leave = leaving(given.pointers)
    for (const base of [{ kind: 'none' }, { kind: 'object', object: declared }] as const)
      deepEqual(merge({ declared, base, live, schema, leave }), [])
  })
  t.notThrows(() => fc.assert(property, { numRuns }))
})

/** Places that are reached by fields alone, each of which both sides have as something that merges. */
function fieldsIn(live: JsonValue, declared: JsonValue | undefined, shape: Shape, pointer: string): string[] {
  const merges = shape.type === 'map' || shape.type === 'any' || (shape.type === 'object' && !shape.atomic)
  if (!merges || !isJsonObject(live) || (declared !== undefined && !isJsonObject(declared))) return []
  return Object.entries(live).flatMap(([name, entry]) => {
    const place = `${pointer}/${escapeToken(name)}`
    const ours = declared && Object.hasOwn(declared, name) ? declared[name] : undefined
    return [place, ...fieldsIn(entry, ours, below(shape, name), place)]
  })
}

function valueAt(root: JsonValue, pointer: string): JsonValue | undefined {
  let value: JsonValue | undefined = root
  for (const step of parsePattern(pointer).steps)
    value =
      isJsonObject(value) && step.kind === 'name' && Object.hasOwn(value, step.name)
        ? value[step.name]
        : undefined
  return value
}

test('ignored fields stay as they are, whatever Git says or said', (t) => {
  const arbitrary = worlds.chain((world) => {
    const places = fieldsIn(specOf(world.live), specOf(world.declared), world.shape, '/spec')
    return some(places).map((pointers) => ({ world, pointers }))
  })
  const property = fc.property(arbitrary, (given) => {
    const after = applied(given)
    for (const pointer of given.pointers)
      deepEqual(valueAt(after as never, pointer), valueAt(given.world.live as never, pointer), pointer)
  })
  t.notThrows(() => fc.assert(property, { numRuns }))
})
