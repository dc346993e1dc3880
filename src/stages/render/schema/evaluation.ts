import type { JsonObject, JsonValue } from '../../../model/json.ts'
import type { Budget } from './budget.ts'
import type { Schema, SchemaNode } from './read-schema.ts'

/** A violation of the schema, and its place: a JSON pointer of the value. */
export interface Misfit {
  readonly pointer: string
  /** Follows the name of the value; where `value` is given, it says what is expected instead. */
  readonly message: string
  /** As it is: it may be long, and contain secrets. */
  readonly value?: JsonValue
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

export function misfit({ pointer }: Visit, message: string): readonly Misfit[] {
  return [{ pointer, message }]
}

/** The value is not what the schema expects. */
export function unfit({ pointer, value }: Visit, expected: string): readonly Misfit[] {
  return [{ pointer, message: expected, value }]
}
