import { CompiledSchema, plainFlags, type SchemaBody } from './compiled-schema.ts'

function makeAnySchema(): CompiledSchema {
  const body: SchemaBody = { fields: new Map() }
  const schema = new CompiledSchema({ ...plainFlags, type: 'any', open: true }, body)
  body.values = schema
  body.element = schema
  return schema
}

/** Schema of any value: objects merge field by field, every list is atomic. */
export const anySchema: CompiledSchema = makeAnySchema()
