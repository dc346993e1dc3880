import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '../../../model/json.ts'
import { escapeToken, valueAt } from '../../../model/json-pointer.ts'
import type { Defect } from '../defect.ts'
import { bareObject } from '../yaml/bare-object.ts'
import { readPlain } from '../yaml/plain-scalar.ts'
import { isProblem } from '../yaml/problem.ts'
import { type Piece, parseText, type Reference } from './references.ts'
import { Room } from './room.ts'

/** The values of references: `values` and `installation`. */
export type Scope = JsonObject

/**
 * Resolves the references in a value, in keys and texts: a text that is a single reference becomes its value,
 * of any type; within a text the value is written out. Unchanged values stay the same objects.
 *
 * @param pointer of the value in its document
 * @param defects receives the defects
 * @param room for expanded references; once it is exhausted, texts stay as they are
 */
export function substitute(
  value: JsonValue,
  scope: Scope,
  pointer: string,
  defects: Defect[],
  room: Room = new Room(),
): JsonValue {
  if (typeof value === 'string') return substituteText(value, scope, pointer, defects, room)
  if (isJsonArray(value)) {
    const items = value.map((item, index) => substitute(item, scope, `${pointer}/${index}`, defects, room))
    return items.every((item, index) => item === value[index]) ? value : items
  }
  return isJsonObject(value) ? substituteMapping(value, scope, pointer, defects, room) : value
}

function substituteMapping(
  value: JsonObject,
  scope: Scope,
  pointer: string,
  defects: Defect[],
  room: Room,
): JsonObject {
  const changed = bareObject()
  let isChanged = false
  for (const [key, item] of Object.entries(value)) {
    const at = `${pointer}/${escapeToken(key)}`
    const name = substituteText(key, scope, at, defects, room)
    const result = substitute(item, scope, at, defects, room)
    const text = typeof name === 'string' ? name : String(name)
    if (name !== key && Object.hasOwn(changed, text))
      defects.push({ code: 'yaml-duplicate-key', details: text, pointer: at })
    changed[text] = result
    isChanged ||= text !== key || result !== item
  }
  return isChanged ? changed : value
}

function substituteText(
  text: string,
  scope: Scope,
  pointer: string,
  defects: Defect[],
  room: Room,
): JsonValue {
  if (room.isFull) return text
  const parsed = parseText(text)
  if (parsed === undefined) return text
  if ('problem' in parsed) {
    defects.push({ code: 'bad-reference', details: parsed.problem, pointer })
    return text
  }
  const [only] = parsed.pieces
  if (parsed.pieces.length === 1 && typeof only === 'object') {
    const value = resolve(only, scope, pointer, defects)
    return room.takes(value, pointer, defects) ? value : text
  }
  const pieces = parsed.pieces.map((piece) => written(piece, scope, pointer, defects))
  return room.takesAll(pieces, pointer, defects) ? pieces.join('') : text
}

function written(piece: Piece, scope: Scope, pointer: string, defects: Defect[]): string {
  if (typeof piece === 'string') return piece
  const value = lookUp(piece, scope) ?? piece.fallback ?? resolve(piece, scope, pointer, defects)
  if (value !== null && typeof value !== 'object') return String(value)
  const what = value === null ? 'null' : isJsonArray(value) ? 'a list' : 'a mapping'
  const details = `\${${piece.words.join('.')}} is ${what}, which cannot be part of a string`
  defects.push({ code: 'bad-reference', details, pointer })
  return ''
}

function resolve(reference: Reference, scope: Scope, pointer: string, defects: Defect[]): JsonValue {
  const { words, fallback } = reference
  const value = lookUp(reference, scope)
  if (value !== undefined) return value
  if (fallback !== undefined) return readDefault(fallback)
  defects.push({ code: 'undefined-value', details: words.join('.'), pointer })
  return ''
}

/** A null counts as absent where there is a default. */
function lookUp({ words, fallback }: Reference, scope: Scope): JsonValue | undefined {
  const value = valueAt(scope, words)
  return value === null && fallback !== undefined ? undefined : value
}

/** A default has its YAML type; an empty one is the empty text. */
function readDefault(text: string): JsonValue {
  const value = text === '' ? '' : readPlain(text)
  return isProblem(value) ? text : value
}
