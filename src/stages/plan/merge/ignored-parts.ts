import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '../../../model/json.ts'
import { anySchema } from '../schema/any-schema.ts'
import type { MergeSchema } from '../schema/compiled-schema.ts'
import { own } from '../schema/raw-schema.ts'
import { matchesItem, type PatternStep } from './field-pattern.ts'

/**
 * A declared value with one part replaced by the live one, for values that can only be replaced as a whole.
 * Of the list elements that a pattern matches, the first takes its part from the first live one, and so on;
 * the elements themselves are Git's.
 */
export function withLivePart(
  declared: JsonValue,
  live: JsonValue,
  [step, ...below]: readonly PatternStep[],
): JsonValue {
  if (step === undefined) return live
  if (isJsonArray(declared) && isJsonArray(live)) return withLiveElements(declared, live, step, below)
  if (!isJsonObject(declared) || !isJsonObject(live) || step.kind === 'keys') return declared
  const names = step.kind === 'any' ? [...Object.keys(declared), ...Object.keys(live)] : [step.name]
  return names.reduce((value: JsonObject, name) => withLiveField(value, live, name, below), declared)
}

function withLiveField(
  declared: JsonObject,
  live: JsonObject,
  name: string,
  below: readonly PatternStep[],
): JsonObject {
  const ours = own(declared, name)
  const theirs = own(live, name)
  if (below.length === 0) return withField(declared, name, theirs)
  if (ours === undefined) return declared
  const part = theirs === undefined ? withoutPart(ours, below, anySchema) : withLivePart(ours, theirs, below)
  return withField(declared, name, part)
}

function withLiveElements(
  declared: readonly JsonValue[],
  live: readonly JsonValue[],
  step: PatternStep,
  below: readonly PatternStep[],
): readonly JsonValue[] {
  if (below.length === 0) return declared
  const others = live.filter((each, index) => matchesItem(step, each, index))
  const elements = declared.map((element, index) => {
    const other = matchesItem(step, element, index) ? others.shift() : undefined
    return other === undefined ? element : withLivePart(element, other, below)
  })
  return elements.every((element, index) => element === declared[index]) ? declared : elements
}

/**
 * A declared value without one part, to be added where it is missing; undefined if nothing is left. A list
 * element keeps its ignored parts, unless it is itself ignored; an atomic list is one value.
 */
export function withoutPart(
  declared: JsonValue,
  [step, ...below]: readonly PatternStep[],
  schema: MergeSchema,
): JsonValue | undefined {
  if (step === undefined) return undefined
  if (isJsonArray(declared)) {
    if (below.length > 0 || schema.list.type === 'atomic') return declared
    return smaller(
      declared,
      declared.filter((each, index) => !matchesItem(step, each, index)),
    )
  }
  if (!isJsonObject(declared) || step.kind === 'keys') return declared
  const names = step.kind === 'any' ? Object.keys(declared) : [step.name]
  const without = (value: JsonObject, name: string) => withoutFieldPart(value, name, below, schema)
  return smaller(declared, names.reduce(without, declared))
}

function withoutFieldPart(
  declared: JsonObject,
  name: string,
  below: readonly PatternStep[],
  schema: MergeSchema,
): JsonObject {
  const ours = own(declared, name)
  if (ours === undefined) return declared
  const field = schema.atomic ? anySchema : (schema.field(name) ?? anySchema)
  return withField(declared, name, withoutPart(ours, below, field))
}

/** The reduced value; undefined if nothing of it is left. */
function smaller<T extends JsonObject | readonly JsonValue[]>(before: T, after: T): T | undefined {
  const { length } = Object.keys(after)
  if (length === 0) return Object.keys(before).length === 0 ? before : undefined
  return after
}

/** The object with a field set; the same object if the value is unchanged. */
function withField(object: JsonObject, name: string, value: JsonValue | undefined): JsonObject {
  if (value === own(object, name)) return object
  const changed: Record<string, JsonValue> = Object.assign(Object.create(null), object)
  if (value === undefined) delete changed[name]
  else changed[name] = value
  return changed
}
