import { isJsonArray, type JsonObject, type JsonValue } from '../../../model/json.ts'
import type { Budget } from './budget.ts'
import type { Schema, SchemaNode } from './read-schema.ts'

/** What does not fit, and where: a JSON pointer of the value. */
export interface Misfit {
  readonly pointer: string
  readonly message: string
}

/** One value, and the part of a schema that is held against it. */
export interface Visit {
  readonly value: JsonValue
  readonly node: JsonObject
  /** Of the value. */
  readonly pointer: string
  readonly depth: number
  /** Names or indexes of the value's parts that some keyword has evaluated (unevaluatedProperties, -Items). */
  readonly evaluated: Set<string>
  readonly evaluation: Evaluation
}

export interface Evaluation {
  readonly schema: Schema
  readonly budget: Budget
  /** Holds another node against the same value. */
  readonly same: (visit: Visit, node: SchemaNode, evaluated?: Set<string>) => readonly Misfit[]
  /** Holds a node against a part of the value; its name is a part of the pointer. */
  readonly part: (visit: Visit, name: string, value: JsonValue, node: SchemaNode) => readonly Misfit[]
  /** @throws SchemaProblem */
  readonly charge: (visit: Visit, units: number) => void
}

/** What a keyword finds wrong. */
export type Keyword = (visit: Visit) => readonly Misfit[]

/** Maximum length of a value that a message quotes, in characters. */
const LONGEST_EXCERPT = 200

export function misfit({ pointer }: Visit, message: string): readonly Misfit[] {
  return [{ pointer, message }]
}

/** A value as JSON, cut off where it is long. */
export function excerpt(value: JsonValue): string {
  const text = excerptOf(value, LONGEST_EXCERPT)
  return text.length > LONGEST_EXCERPT ? `${text.slice(0, LONGEST_EXCERPT)}…` : text
}

/** No more of it is looked at than is shown. */
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
