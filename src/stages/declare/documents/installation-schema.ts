import type { DocumentSchema } from './document-schema.ts'
import { inheritedProperties } from './inherited-schema.ts'

/** `spec` of an Installation (reeve.dev/v1alpha1). */
export const installationSpecSchema = {
  type: 'object',
  description: 'What the installation is. All of it may also come from its groups.',
  properties: {
    ...inheritedProperties,
    suspended: {
      type: 'boolean',
      description: 'Leave the installation as it is: nothing is applied, put back or deleted.',
    },
  },
} as const satisfies DocumentSchema
