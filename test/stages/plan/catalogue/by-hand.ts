import type { JsonObject } from '../../../../src/model/json.ts'
import type { KubernetesObject, LiveObject } from '../../../../src/model/object.ts'
import { BOOKKEEPING } from '../../../../src/stages/plan/bookkeeping.ts'
import type { Step } from '../../../../src/stages/plan/merge/pointer.ts'
import { foldStringData } from '../../../../src/stages/plan/normalise/string-data.ts'
import { anySchema } from '../../../../src/stages/plan/schema/any-schema.ts'
import type { MergeSchema } from '../../../../src/stages/plan/schema/compiled-schema.ts'
import { type Edit, edited } from './edits.ts'
import { changedAt, valueAt } from './places.ts'

/** A live object with the edits of its declaration in it, as if somebody had made them there. */
export function editedByHand(
  live: LiveObject,
  declared: KubernetesObject,
  edits: readonly Edit[],
  schema: MergeSchema,
): LiveObject {
  const written = edits
    .filter((edit) => live.kind !== 'Secret' || !isData(edit))
    .map((edit) => asWritten(edit, schema))
  const whole = written.reduce((object, { path }) => withDeclared(object, declared, path), live)
  const object = withBookkeeping(live, edited(whole, written))
  return live.kind === 'Secret' ? withData(object, edited(declared, edits)) : object
}

/** Null is nothing, but for what is inside a value that is written as one. */
function asWritten(edit: Edit, schema: MergeSchema): Edit {
  if (edit.kind !== 'set' || edit.value !== null || isInside(edit.path, schema)) return edit
  return { path: edit.path, kind: 'remove' }
}

function isInside(path: readonly Step[], schema: MergeSchema): boolean {
  let at = schema
  return path.some((step) => {
    const isWhole = typeof step === 'string' ? at.atomic : step.list.type === 'atomic'
    at = (typeof step === 'string' ? at.field(step) : at.items()) ?? anySchema
    return isWhole
  })
}

/** With what is declared on the way to a place and that the server dropped, such as an empty list. */
function withDeclared(live: LiveObject, declared: KubernetesObject, path: readonly Step[]): LiveObject {
  const places = path.slice(0, -1).map((_step, depth) => path.slice(0, depth + 1))
  const missing = places.find((place) => valueAt(live as unknown as JsonObject, place) === undefined)
  if (!missing) return live
  const ours = valueAt(declared as JsonObject, missing)
  return changedAt(live as unknown as JsonObject, missing, () => ours) as unknown as LiveObject
}

function isData({ path: [field] }: Edit): boolean {
  return field === 'data' || field === 'stringData'
}

/** What a Secret declares as text is live as data. */
function withData(live: LiveObject, declared: KubernetesObject): LiveObject {
  const { data: _data, ...rest } = live
  const { data, stringData } = foldStringData(declared)
  const entries = Object.entries((data ?? {}) as JsonObject).filter(([, value]) => value !== null)
  return {
    ...rest,
    ...(data !== undefined && { data: Object.fromEntries(entries) }),
    ...(stringData !== undefined && { stringData }),
  } as LiveObject
}

/** Nobody who edits a live object takes Reeve's labels and annotation away. */
function withBookkeeping({ metadata: before }: LiveObject, object: LiveObject): LiveObject {
  const { labels, annotations, ...metadata } = object.metadata
  const own = (map: Readonly<Record<string, string>> = {}) =>
    Object.fromEntries(Object.entries(map).filter(([name]) => BOOKKEEPING.has(name)))
  return {
    ...object,
    metadata: {
      ...metadata,
      labels: { ...labels, ...own(before.labels) },
      annotations: { ...annotations, ...own(before.annotations) },
    },
  }
}
