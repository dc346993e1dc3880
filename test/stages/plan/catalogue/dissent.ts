import { isDeepStrictEqual } from 'node:util'
import { isJsonArray, type JsonObject, type JsonValue } from '../../../../src/model/json.ts'
import type { KubernetesObject } from '../../../../src/model/object.ts'
import type { MergeSchema } from '../../../../src/stages/plan/schema/compiled-schema.ts'
import { elementKey } from '../../../../src/stages/plan/schema/list-index.ts'
import { type Difference, differencesBetween } from './compare.ts'
import { overlaps } from './edits.ts'
import type { Style } from './kubectl.ts'
import { schemaAt, valueAt } from './places.ts'
import type { Outcome } from './rounds.ts'

/** Where somebody else's way ends in another live object than Reeve's. */
export interface Dissent {
  readonly way: Style | 'by hand'
  readonly kind: string
  /** Whether it is about something that another writer added, or that is or was declared as null. */
  readonly about: "others'" | 'null' | 'declared' | 'order' | 'all of it'
  /** A pointer with elements by their keys; '' for the object as a whole. */
  readonly field: string
  /** What is there, as JSON; 'nothing', 'refused', 'applied' or 'another order' where that is to be said. */
  readonly reeve: string
  readonly other: string
}

/** What kubectl makes of the same change otherwise. */
export function dissentOfKubectl(outcome: Outcome, way: Style, schema: MergeSchema): readonly Dissent[] {
  const { reeve, [way]: other } = outcome.live
  if (reeve && other) return dissents(way, outcome, differencesBetween(reeve, other, schema), schema)
  if (!reeve && !other) return []
  const word = (object: unknown): string => (object ? 'applied' : 'refused')
  const { kind } = outcome.declared
  return [{ way, kind, about: 'all of it', field: '', reeve: word(reeve), other: word(other) }]
}

/** What comes of the same edits in the live object itself. */
export function dissentByHand(outcome: Outcome, schema: MergeSchema): readonly Dissent[] {
  const { additions, byHand, live } = outcome
  if (!live.reeve || !byHand) return []
  const found = differencesBetween(live.reeve, byHand, schema)
  return dissents(
    'by hand',
    outcome,
    found.filter(({ path }) => !overlaps(path, additions)),
    schema,
  )
}

function dissents(
  way: Dissent['way'],
  outcome: Outcome,
  found: readonly Difference[],
  schema: MergeSchema,
): readonly Dissent[] {
  const { kind } = outcome.declared
  return found
    .filter((difference) => !difference.order || isOrderOfGit(outcome, difference.order, difference, schema))
    .map((difference) => {
      const { pointer: field, order } = difference
      const [one, other] = order ?? [difference.one, difference.other]
      const about = order ? 'order' : aboutOf(outcome, difference)
      return { way, kind, about, field, reeve: shownValue(one), other: shownValue(other) }
    })
}

/** Whether elements that Git has are in another order; how others' stand among them is nobody's to say. */
function isOrderOfGit(
  { declared }: Outcome,
  order: readonly (readonly string[])[],
  { path }: Difference,
  schema: MergeSchema,
): boolean {
  const list = valueAt(declared as JsonObject, path)
  const merge = schemaAt(schema, path).list
  const keys = isJsonArray(list) ? list.map((element) => elementKey(element, merge)) : []
  const [one, other] = order.map((all) => all.filter((key) => keys.includes(key)))
  return !isDeepStrictEqual(one, other)
}

function aboutOf(
  { declared, before, additions }: Outcome,
  { path, one, other }: Difference,
): Dissent['about'] {
  if (overlaps(path, additions)) return "others'"
  const isNull = (object: KubernetesObject | undefined): boolean =>
    path.some((_step, depth) => valueAt(object as JsonObject, path.slice(0, depth + 1)) === null) ||
    hasNull(valueAt(object as JsonObject, path))
  return one === null || other === null || isNull(declared) || isNull(before) ? 'null' : 'declared'
}

function hasNull(value: JsonValue | undefined): boolean {
  if (value === null || typeof value !== 'object') return value === null
  return Object.values(value).some(hasNull)
}

export function shownValue(value: JsonValue | undefined): string {
  return value === undefined ? 'nothing' : JSON.stringify(value)
}
