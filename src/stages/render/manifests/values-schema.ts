import { errorMessage } from '../../../model/error-message.ts'
import { type Fault, fault, type Location } from '../../../model/fault.ts'
import type { JsonObject, JsonValue } from '../../../model/json.ts'
import { readJson } from '../../../model/json.ts'
import { tokensOf } from '../../../model/json-pointer.ts'
import type { Secrets } from '../../../model/secrets.ts'
import { placedAt } from '../../../model/snapshot.ts'
import type { Template } from '../../../model/template.ts'
import { locator } from '../../declare/yaml/line-of.ts'
import { evaluateSchema } from '../schema/evaluate-schema.ts'
import type { Misfit } from '../schema/evaluation.ts'
import { excerpt } from '../schema/excerpt.ts'
import { readSchema } from '../schema/read-schema.ts'
import { SchemaProblem } from '../schema/schema-problem.ts'

/** Faults of values, each at its own place, or of the schema itself, at its own line. */
export type CheckValues = (values: JsonObject, release: ValuePlaces) => readonly Fault[]

/** Where values are set, and which of them are secret. */
export interface ValuePlaces {
  /** The location of a value by JSON pointer, or of what is closest around it. */
  readonly placeOf: (pointer: string) => Location
  readonly secrets?: Secrets | undefined
}

/** Maximum size of a schema, in characters. */
const LARGEST = 4 * 1024 ** 2
/** Maximum length of one message about a value, in characters. */
const LONGEST = 500
/**
 * Maximum number of failed evaluations; then the schema counts as faulty for all other installations, too.
 */
const STRIKES = 5

/** Checks values by the template's values.schema.json (JSON Schema), if it has one. Never throws. */
export function valuesSchema({ directory, files }: Pick<Template, 'directory' | 'files'>): CheckValues {
  const file = placedAt(directory, 'values.schema.json')
  const bytes = files.get(file)
  if (bytes === undefined) return () => []
  const text = new TextDecoder().decode(bytes)
  const schema = attempt(() => readSchema(parse(text)))
  if ('problem' in schema) {
    const found = schemaFault(schema.problem, file, text)
    return () => [found]
  }
  let strikes = 0
  let last: Fault | undefined
  return (values, release) => {
    if (last && strikes >= STRIKES) return [last]
    const checked = attempt(() => evaluateSchema(values, schema.done))
    if ('done' in checked) return checked.done.map((misfit) => valueFault(misfit, release))
    strikes += 1
    last = schemaFault(checked.problem, file, text)
    return [last]
  }
}

type Attempt<T> = { readonly done: T } | { readonly problem: SchemaProblem }

/** Any error is a fault of the schema: deep nesting may exhaust the stack. */
function attempt<T>(evaluate: () => T): Attempt<T> {
  try {
    return { done: evaluate() }
  } catch (error) {
    if (error instanceof SchemaProblem) return { problem: error }
    return { problem: new SchemaProblem(errorMessage(error), '') }
  }
}

function parse(text: string): JsonValue {
  if (text.length > LARGEST) throw new SchemaProblem(`it is larger than ${LARGEST} bytes`, '')
  return readJson(text)
}

function schemaFault({ message, pointer }: SchemaProblem, file: string, text: string): Fault {
  const line = attempt(() => locator(text)(0, pointer))
  const location = { file, line: ('done' in line ? line.done : undefined) ?? 1 }
  return fault('bad-schema', message.slice(0, LONGEST), { location })
}

function valueFault({ pointer, message, value }: Misfit, { placeOf, secrets }: ValuePlaces): Fault {
  const name = ['values', ...tokensOf(pointer)].join('.')
  const details =
    value === undefined ? `${name} ${message}` : `${name} is ${excerpt(value, secrets)}; expected ${message}`
  const redacted = secrets?.redact(details) ?? details
  return fault('bad-value', redacted.slice(0, LONGEST), { location: placeOf(pointer) })
}
