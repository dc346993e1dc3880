import { isDeepStrictEqual } from 'node:util'
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '../../../../src/model/json.ts'
import type { KubernetesObject } from '../../../../src/model/object.ts'
import { differences } from '../../../../src/stages/plan/merge/merge.ts'
import { type Step, stablePointer } from '../../../../src/stages/plan/merge/pointer.ts'
import { sameValue } from '../../../../src/stages/plan/normalise/same-value.ts'
import { anySchema } from '../../../../src/stages/plan/schema/any-schema.ts'
import type { MergeSchema } from '../../../../src/stages/plan/schema/compiled-schema.ts'
import { differencesBetween } from './compare.ts'
import { shownValue } from './dissent.ts'
import type { Drifted } from './drift.ts'
import { type Edit, isIdentity, overlaps } from './edits.ts'
import { mergeOf, schemaAt, valueAt } from './places.ts'
import type { Outcome } from './rounds.ts'

/** Why something is wrong with what became of an object; empty where nothing is. */
export type Problems = readonly string[]

/** Nothing is left to do once a plan is applied, for whoever plans. */
export function settlesDown({ synced, live }: Outcome): Problems {
  const { refused, next, afresh } = synced
  if (refused !== undefined)
    return (live['client-side'] ?? live['server-side']) ? [`refused: ${refused}`] : []
  return [
    next === 'unchanged' ? [] : `next: ${next}`,
    afresh === 'unchanged' ? [] : `afresh: ${afresh}`,
  ].flat()
}

/** What another writer added is there as it was, unless it was in an element that Git took away. */
export function leavesOthersAlone({ added, additions, before, declared, live }: Outcome): Problems {
  const { reeve } = live
  if (!reeve || !added || !before) return []
  return additions
    .filter(({ path }) => valueAt(added, path) !== undefined && !isTaken(path, before, declared))
    .filter(({ path }) => !isDeepStrictEqual(valueAt(reeve, path), valueAt(added, path)))
    .map(
      ({ path }) =>
        `${stablePointer(path)} is ${shownValue(valueAt(reeve, path))}, not ${shownValue(valueAt(added, path))}`,
    )
}

/** Whether Git has or had its say at a place, says null, or took away the element that it is in. */
function isTaken(path: readonly Step[], before: KubernetesObject, declared: KubernetesObject): boolean {
  if ([before, declared].some((object) => valueAt(object as JsonObject, path) !== undefined)) return true
  return path.some((step, depth) => {
    const place = path.slice(0, depth + 1)
    const ours = valueAt(declared as JsonObject, place)
    const wasOurs = valueAt(before as JsonObject, place) !== undefined
    return ours === null || (typeof step === 'object' && wasOurs && ours === undefined)
  })
}

/** What Git no longer has is gone, or is what the server makes of it once it is gone. */
export function removesWhatIsGone({ additions, byHand, edits, live: { reeve } }: Outcome): Problems {
  if (!reeve || !byHand) return []
  return edits
    .filter((edit) => edit.kind === 'remove' || (edit.kind === 'set' && edit.value === null))
    .filter(({ path }) => !overlaps(path, additions) && !path.some(isIndex))
    .filter(({ path }) => !isDeepStrictEqual(valueAt(reeve, path) ?? null, valueAt(byHand, path) ?? null))
    .map(({ path }) => `${stablePointer(path)} is ${shownValue(valueAt(reeve, path))}`)
}

/** What nobody edited is as it was, or as the server has it after the same edits by hand. */
export function changesNothingElse(outcome: Outcome, schema: MergeSchema): Problems {
  const { added, additions, byHand, edits, live, settledBefore } = outcome
  if (!live.reeve || !byHand) return []
  return differencesBetween(live.reeve, added, schema)
    .filter(({ path }) => !overlaps(path, [...edits.map(ofElement), ...additions]))
    .filter(({ pointer }) => !settledBefore.some((place) => `${pointer}/`.startsWith(`${place}/`)))
    .filter(({ path, one }) => !isDeepStrictEqual(one, valueAt(byHand, path)))
    .map(({ pointer, one, other, order }) =>
      order ? `${pointer} has another order` : `${pointer} is ${shownValue(one)}, not ${shownValue(other)}`,
    )
}

/** With another key an element is another element: then the edit is one of its list. */
function ofElement(edit: Edit): Edit {
  return isIdentity(edit.path) ? { ...edit, path: edit.path.slice(0, -2) } : edit
}

/** What another writer changed is as it was before, and nothing is left to do. */
export function healsDrift({ after, before, isReversible, synced }: Drifted, schema: MergeSchema): Problems {
  if (!isReversible) return []
  if (synced.refused !== undefined) return [`refused: ${synced.refused}`]
  const remaining = [synced.next, synced.afresh].filter((plan) => plan !== 'unchanged')
  const wrong = differencesBetween(after, before, schema).filter(
    ({ order, one, other, path }) => !order && !sameValue(other ?? null, one, schemaAt(schema, path)),
  )
  return [
    ...remaining,
    ...wrong.map(({ pointer, one, other }) => `${pointer} is ${shownValue(one)}, not ${shownValue(other)}`),
  ]
}

/** An element of an atomic list is another one once the list is another one. */
function isIndex(step: Step): boolean {
  return typeof step === 'object' && step.list.type === 'atomic'
}

/** Neither the order of keys nor that of elements of map lists and sets makes a difference. */
export function ignoresOrder({ declared, live: { reeve } }: Outcome, schema: MergeSchema): Problems {
  if (!reeve) return []
  const found = (one: JsonValue, other: JsonValue): readonly string[] =>
    differences(one as KubernetesObject, other as KubernetesObject, schema).map(({ pointer }) => pointer)
  const usual = found(declared as JsonObject, reeve)
  const turnedDeclared = turned(declared as JsonObject, schema)
  return [found(turnedDeclared, reeve), found(declared as JsonObject, turned(reeve, schema))]
    .flat()
    .filter((pointer) => !usual.includes(pointer))
}

/** The same value with the keys of objects, and the elements of map lists and sets, the other way round. */
export function turned(value: JsonValue, schema: MergeSchema): JsonValue {
  if (isJsonArray(value)) {
    const elements = value.map((element) => turned(element, schema.items() ?? anySchema))
    return mergeOf(value, schema).type === 'atomic' ? elements : elements.toReversed()
  }
  if (!isJsonObject(value)) return value
  const entries = Object.entries(value).toReversed()
  return Object.fromEntries(
    entries.map(([name, entry]) => [name, turned(entry, schema.field(name) ?? anySchema)]),
  )
}
