import type { DocumentSchema } from './document-schema.ts'
import { healthSchema, ignoreSchema } from './rules-schema.ts'

/** `spec` of an Installation (reeve.dev/v1alpha1). */
export const installationSpecSchema = {
  type: 'object',
  properties: {
    dependsOn: {
      type: 'array',
      maxItems: 100,
      description: 'Installations that have to be healthy before this one follows a commit, by name.',
      items: { type: 'string', minLength: 1, maxLength: 1000 },
    },
    ignore: ignoreSchema,
    health: healthSchema,
  },
} as const satisfies DocumentSchema
