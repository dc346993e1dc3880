import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '../../../src/model/json.ts'
import type { KubernetesObject } from '../../../src/model/object.ts'

/** What an object holds, as named values: whatever its kind, all of it can be changed one by one. */
export type Slots = Readonly<Record<string, number>>

/** Where the objects of a kind keep their slots. */
export interface SlotKeeper {
  readonly read: (object: KubernetesObject) => Slots
  /** The object with other slots; what else it holds, also within a slot, stays. */
  readonly write: (object: KubernetesObject, slots: Slots) => KubernetesObject
}

/** Slots in a map from strings to strings, such as ConfigMap's data. */
export function mapKeeper(
  field: string,
  encode: (text: string) => string = same,
  decode: (text: string) => string = same,
): SlotKeeper {
  return {
    read: (object) =>
      slotsOf(entriesIn(object[field]).map(([name, value]) => [name, Number(decode(String(value)))])),
    write: (object, slots) => ({
      ...object,
      [field]: Object.fromEntries(Object.entries(slots).map(([name, value]) => [name, encode(`${value}`)])),
    }),
  }
}

export interface ListElements {
  /** Names of the fields from the object down to the list. */
  readonly path: readonly string[]
  readonly name: (element: JsonObject) => string
  readonly value: (element: JsonObject) => number
  /** The element with that value; `element` is the one that is there, or empty. */
  readonly make: (name: string, value: number, element: JsonObject) => JsonObject
}

/** Slots as the elements of a list, such as the containers of a Pod. */
export function listKeeper({ path, name: nameIn, value: valueIn, make }: ListElements): SlotKeeper {
  return {
    read: (object) => slotsOf(elementsIn(object, path).map((element) => [nameIn(element), valueIn(element)])),
    write: (object, slots) => {
      const known = new Map(elementsIn(object, path).map((element) => [nameIn(element), element]))
      const names = [...new Set([...known.keys(), ...Object.keys(slots)])]
      const elements = names.flatMap((name) => {
        const value = slots[name]
        return value === undefined ? [] : [make(name, value, known.get(name) ?? {})]
      })
      return at(object as JsonObject, path, elements) as unknown as KubernetesObject
    },
  }
}

/** Label and annotation slots are called `label:…` and `annotation:…`. */
export function metadataSlots({ metadata }: KubernetesObject): Slots {
  const named = (prefix: string, values: Readonly<Record<string, string>> = {}) =>
    Object.entries(values)
      .filter(([name]) => name.startsWith(PREFIX))
      .map(([name, value]): [string, number] => [prefix + name.slice(PREFIX.length), Number(value)])
  return slotsOf([...named('label:', metadata.labels), ...named('annotation:', metadata.annotations)])
}

/** The object with just these slots in its metadata; all other labels and annotations stay. */
export function withMetadataSlots(object: KubernetesObject, slots: Slots): KubernetesObject {
  const { labels, annotations } = object.metadata
  return {
    ...object,
    metadata: {
      ...object.metadata,
      labels: merged(labels, slots, 'label:'),
      annotations: merged(annotations, slots, 'annotation:'),
    },
  }
}

const PREFIX = 'chaos.example.com/'

function merged(
  known: Readonly<Record<string, string>> = {},
  slots: Slots,
  kind: string,
): Record<string, string> {
  const others = Object.entries(known).filter(([name]) => !name.startsWith(PREFIX))
  const own = Object.entries(slots)
    .filter(([name]) => name.startsWith(kind))
    .map(([name, value]) => [PREFIX + name.slice(kind.length), String(value)])
  return Object.fromEntries([...others, ...own])
}

function slotsOf(entries: readonly (readonly [string, number])[]): Slots {
  return Object.fromEntries(entries)
}

function entriesIn(value: unknown): readonly [string, JsonValue][] {
  return isJsonObject(value) ? Object.entries(value) : []
}

function elementsIn(object: KubernetesObject, path: readonly string[]): readonly JsonObject[] {
  const found = path.reduce<unknown>((value, name) => (isJsonObject(value) ? value[name] : undefined), object)
  return isJsonArray(found) ? found.filter(isJsonObject) : []
}

function at(object: JsonObject, [name = '', ...rest]: readonly string[], value: JsonValue): JsonObject {
  const inner = object[name]
  const below = rest.length === 0 ? value : at(isJsonObject(inner) ? inner : {}, rest, value)
  return { ...object, [name]: below }
}

function same(text: string): string {
  return text
}
