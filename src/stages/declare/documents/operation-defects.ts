import { isJsonObject, type JsonValue, objectIn } from '../../../model/json.ts'
import type { Defect } from '../defect.ts'
import { operationSpecSchema } from './operation-schema.ts'
import { scheduleDefects } from './schedule-defects.ts'
import { schemaDefects } from './schema-defects.ts'

/** All defects of the specification of an Operation. */
export function operationDefects(spec: JsonValue | undefined, pointer: string): readonly Defect[] {
  const defects = schemaDefects(spec ?? {}, operationSpecSchema, pointer)
  const { schedule, job } = objectIn(spec)
  if (defects.length > 0) return defects
  return [
    ...(schedule === undefined ? [] : scheduleDefects(objectIn(spec), pointer)),
    ...(isJsonObject(objectIn(job).template)
      ? []
      : [{ code: 'missing-field', details: 'job.template is missing', pointer: `${pointer}/job` } as const]),
  ]
}
