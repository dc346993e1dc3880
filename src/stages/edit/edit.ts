import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '../../model/json.ts'

/** A change of one field of a document. Elements that its path lacks are made. */
export type Edit =
  | SetEdit
  | { readonly kind: 'remove'; readonly path: Path }
  /** Adds an element to the end of a list. */
  | { readonly kind: 'append'; readonly path: Path; readonly item: string }
  | { readonly kind: 'drop'; readonly path: Path; readonly index: number }

interface SetEdit {
  readonly kind: 'set'
  readonly path: Path
  readonly value: JsonValue
  /** How the field is to be written, where it can be: its lines without the indent that they have in common. */
  readonly lines?: readonly string[] | undefined
}

/** Names of fields and indexes of lists, from the top of the document. */
export type Path = readonly string[]

/** A document's value after an edit. */
export function applyEdit(value: JsonValue, edit: Edit): JsonValue {
  return within(value, edit.path, (found) => {
    switch (edit.kind) {
      case 'set':
        return edit.value
      case 'remove':
        return undefined
      case 'append':
        return [...(isJsonArray(found) ? found : []), edit.item]
      case 'drop':
        return isJsonArray(found) ? found.toSpliced(edit.index, 1) : found
    }
  })
}

function within(
  value: JsonValue | undefined,
  [name, ...rest]: Path,
  change: (found: JsonValue | undefined) => JsonValue | undefined,
): JsonValue {
  if (name === undefined) return change(value) ?? null
  if (isJsonArray(value))
    return value.map((item, index) => (String(index) === name ? within(item, rest, change) : item))
  const object: JsonObject = isJsonObject(value) ? value : {}
  const { [name]: before, ...others } = object
  const after = rest.length === 0 ? change(before) : within(before, rest, change)
  if (after === undefined) return others
  return { ...object, [name]: after }
}
