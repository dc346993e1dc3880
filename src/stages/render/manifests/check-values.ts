import { placedAt } from '../../../model/snapshot.ts'
import type { Template } from '../../../model/template.ts'
import type { CheckValues } from './values-schema.ts'

/**
 * The check of a template's values by its values.schema.json. Loads schema evaluation only where there is a schema:
 * it takes some MiB, and most templates have none.
 */
export async function checkValuesOf(template: Pick<Template, 'directory' | 'files'>): Promise<CheckValues> {
  if (!template.files.has(placedAt(template.directory, 'values.schema.json'))) return () => []
  const { valuesSchema } = await import('./values-schema.ts')
  return valuesSchema(template)
}
