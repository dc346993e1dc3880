import { type Schema, Validator } from '@cfworker/json-schema'
import type { JsonObject } from '../../model/json.ts'
import type { Template } from '../../model/template.ts'

/** What is wrong with values by the template's values.schema.json (JSON Schema), if it has one. */
export function schemaProblems({ directory, files }: Template, values: JsonObject): readonly string[] {
  const file = `${directory}/values.schema.json`
  const bytes = files.get(file)
  if (bytes === undefined) return []
  try {
    const schema = JSON.parse(new TextDecoder().decode(bytes)) as Schema
    const { errors } = new Validator(schema, '7', false).validate(values)
    return errors
      .filter(({ keyword }) => !STRUCTURE.has(keyword))
      .map(
        ({ instanceLocation, error }) => `values${instanceLocation.slice(1).replaceAll('/', '.')}: ${error}`,
      )
  } catch (error) {
    return [`${file}: ${error instanceof Error ? error.message : error}`]
  }
}

/** Says only that something below does not fit. */
const STRUCTURE: ReadonlySet<string> = new Set([
  'properties',
  'items',
  'additionalProperties',
  'allOf',
  '$ref',
])
