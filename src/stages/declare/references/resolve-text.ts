import { isJsonArray, type JsonObject, type JsonValue } from '../../../model/json.ts'
import { valueAt } from '../../../model/json-pointer.ts'
import type { Defect } from '../defect.ts'
import { readPlain } from '../yaml/plain-scalar.ts'
import { isProblem } from '../yaml/problem.ts'
import type { ParsedText, Piece, Reference } from './references.ts'
import type { Room } from './room.ts'

/** The values of references: `values` and `installation`. */
export type Scope = JsonObject

export interface Place {
  readonly scope: Scope
  /** JSON pointer of the text in its document. */
  readonly pointer: string
  /** Receives the defects. */
  readonly defects: Defect[]
  readonly room: Room
}

/** Resolves the references of one text. Stays as it is where the room for that is exhausted. */
export function resolveText(text: string, parsed: ParsedText, place: Place): JsonValue {
  const { pointer, defects, room } = place
  if (room.isFull) return text
  if ('problem' in parsed) {
    defects.push({ code: 'bad-reference', details: parsed.problem, pointer })
    return text
  }
  const [only] = parsed.pieces
  if (parsed.pieces.length === 1 && typeof only === 'object') {
    const value = resolve(only, place)
    return room.takes(value, pointer, defects) ? value : text
  }
  const pieces = parsed.pieces.map((piece) => written(piece, place))
  return room.takesAll(pieces, pointer, defects) ? pieces.join('') : text
}

function written(piece: Piece, place: Place): string {
  if (typeof piece === 'string') return piece
  const value = lookUp(piece, place.scope) ?? piece.fallback ?? resolve(piece, place)
  if (value !== null && typeof value !== 'object') return String(value)
  const what = value === null ? 'null' : isJsonArray(value) ? 'a list' : 'a mapping'
  const details = `\${${piece.words.join('.')}} is ${what}, which cannot be part of a string`
  place.defects.push({ code: 'bad-reference', details, pointer: place.pointer })
  return ''
}

function resolve(reference: Reference, { scope, pointer, defects }: Place): JsonValue {
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
