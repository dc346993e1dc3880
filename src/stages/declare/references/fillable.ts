import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '../../../model/json.ts'
import { escapeToken } from '../../../model/json-pointer.ts'
import type { Defect } from '../defect.ts'
import { bareObject } from '../yaml/bare-object.ts'
import { type ParsedText, parseText } from './references.ts'
import { resolveText, type Scope } from './resolve-text.ts'
import type { Room } from './room.ts'

/**
 * A value that holds references, parsed once to be filled in many times: what holds none is not looked at again,
 * and is shared by all that is filled in.
 */
export type Fillable = FillableText | FillableList | FillableMapping

interface FillableText {
  readonly text: string
  readonly parsed: ParsedText
  /** JSON pointer of the text in its document. */
  readonly pointer: string
}

interface FillableList {
  readonly items: readonly JsonValue[]
  /** Those that hold references, by index. */
  readonly children: readonly (readonly [number, Fillable])[]
}

interface FillableMapping {
  readonly fields: JsonObject
  /** Those that hold references, by key. */
  readonly children: ReadonlyMap<string, Fillable>
  /** Keys that hold references. */
  readonly names: ReadonlyMap<string, FillableText>
  readonly pointer: string
}

/**
 * Parses the references in a value, in keys and texts.
 *
 * @param pointer of the value in its document
 * @returns undefined where it holds none
 */
export function fillable(value: JsonValue, pointer: string): Fillable | undefined {
  if (typeof value === 'string') return fillableText(value, pointer)
  if (isJsonArray(value)) {
    const children = value.flatMap((item, index) => {
      const child = fillable(item, `${pointer}/${index}`)
      return child ? [[index, child] as const] : []
    })
    return children.length > 0 ? { items: value, children } : undefined
  }
  return isJsonObject(value) ? fillableMapping(value, pointer) : undefined
}

function fillableText(text: string, pointer: string): FillableText | undefined {
  const parsed = parseText(text)
  return parsed && { text, parsed, pointer }
}

function fillableMapping(fields: JsonObject, pointer: string): FillableMapping | undefined {
  const children = new Map<string, Fillable>()
  const names = new Map<string, FillableText>()
  for (const key in fields) {
    const at = `${pointer}/${escapeToken(key)}`
    const name = fillableText(key, at)
    const child = fillable(fields[key] ?? null, at)
    if (name) names.set(key, name)
    if (child) children.set(key, child)
  }
  return children.size > 0 || names.size > 0 ? { fields, children, names, pointer } : undefined
}

export interface Filling {
  readonly scope: Scope
  /** Receives the defects. */
  readonly defects: Defect[]
  /** For expanded references; once it is exhausted, texts stay as they are. */
  readonly room: Room
}

/**
 * Fills in the references of a value: a text that is a single reference becomes its value, of any type; within a
 * text the value is written out.
 *
 * @param before the same filled in with another scope, which shares what is alike in both
 */
export function fill(form: Fillable, filling: Filling, before?: JsonValue): JsonValue {
  if ('text' in form) return fillText(form, filling)
  if ('items' in form) return fillList(form, filling, before)
  if (form.names.size > 0) return fillNames(form, filling)
  return fillFields(form, filling, before)
}

function fillText({ text, parsed, pointer }: FillableText, { scope, defects, room }: Filling): JsonValue {
  return resolveText(text, parsed, { scope, pointer, defects, room })
}

function fillList({ items, children }: FillableList, filling: Filling, before?: JsonValue): JsonValue {
  const base = isJsonArray(before) ? before : items
  let filled: JsonValue[] | undefined
  for (const [index, child] of children) {
    const item = fill(child, filling, base[index])
    if (item === base[index]) continue
    filled ??= [...base]
    filled[index] = item
  }
  return filled ?? base
}

function fillFields({ fields, children }: FillableMapping, filling: Filling, before?: JsonValue): JsonValue {
  const base = isJsonObject(before) ? before : fields
  let filled: Record<string, JsonValue> | undefined
  for (const [key, child] of children) {
    const value = fill(child, filling, base[key])
    if (value === base[key]) continue
    filled ??= Object.assign(bareObject(), base)
    filled[key] = value
  }
  return filled ?? base
}

/** A mapping with references in its keys. */
function fillNames({ fields, children, names, pointer }: FillableMapping, filling: Filling): JsonObject {
  const filled = bareObject()
  for (const [key, value] of Object.entries(fields)) {
    const [name, child] = [names.get(key), children.get(key)]
    const text = name ? String(fillText(name, filling)) : key
    const result = child ? fill(child, filling) : value
    if (text !== key && Object.hasOwn(filled, text))
      filling.defects.push({
        code: 'yaml-duplicate-key',
        details: text,
        pointer: `${pointer}/${escapeToken(key)}`,
      })
    filled[text] = result
  }
  return filled
}
