import { isJsonArray, type JsonObject, type JsonValue } from '../../../model/json.ts'
import type { Budget } from './budget.ts'
import type { Schema, SchemaNode } from './read-schema.ts'

/** A violation of the schema, and its place: a JSON pointer of the value. */
export interface Misfit {
  readonly pointer: string
  /** Follows the name of the value; where `value` is given, it says what is wanted instead. */
  readonly message: string
  /** The value, truncated where it is long: a message may show it, unless it is secret. */
  readonly value?: string
}

/** One value, and the part of a schema that it is evaluated by. */
export interface Visit {
  readonly value: JsonValue
  readonly node: JsonObject
  /** Of the value. */
  readonly pointer: string
  readonly depth: number
  /** Names or indexes of the value's parts that a keyword has evaluated (unevaluatedProperties, -Items). */
  readonly evaluated: Set<string>
  readonly evaluation: Evaluation
}

export interface Evaluation {
  readonly schema: Schema
  readonly budget: Budget
  /** Evaluates the same value by another node. */
  readonly same: (visit: Visit, node: SchemaNode, evaluated?: Set<string>) => readonly Misfit[]
  /** Evaluates a part of the value by a node; `name` is the part's segment of the pointer. */
  readonly part: (visit: Visit, name: string, value: JsonValue, node: SchemaNode) => readonly Misfit[]
  /** @throws SchemaProblem */
  readonly charge: (visit: Visit, units: number) => void
}

/** Evaluates one keyword. */
export type Keyword = (visit: Visit) => readonly Misfit[]

/** Maximum length of a value quoted in a message, in characters. */
const LONGEST_EXCERPT = 200

export function misfit({ pointer }: Visit, message: string): readonly Misfit[] {
  return [{ pointer, message }]
}

/** The value is another one than is wanted. */
export function unfit({ pointer, value }: Visit, wanted: string): readonly Misfit[] {
  return [{ pointer, message: wanted, value: excerpt(value) }]
}

/** A value as JSON, truncated where it is long. */
export function excerpt(value: JsonValue): string {
  const text = excerptOf(value, LONGEST_EXCERPT)
  return text.length > LONGEST_EXCERPT ? `${text.slice(0, LONGEST_EXCERPT)}…` : text
}

/** Reads no more of the value than is shown. */
function excerptOf(value: JsonValue, room: number): string {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, room + 1))
  if (typeof value !== 'object' || value === null) return String(value)
  const [open, close] = isJsonArray(value) ? '[]' : '{}'
  let text = `${open}`
  for (const [key, item] of Object.entries(value)) {
    if (text.length > room) break
    const name = isJsonArray(value) ? '' : `${JSON.stringify(key.slice(0, room))}:`
    text += `${text.length > 1 ? ',' : ''}${name}${excerptOf(item, room - text.length)}`
  }
  return text + close
}
